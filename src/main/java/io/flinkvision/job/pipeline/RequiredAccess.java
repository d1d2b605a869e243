package io.flinkvision.job.pipeline;

import io.flinkvision.job.pipeline.JobOptions.Guarantee;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Something that a job must be allowed to do at the brokers, where these have an authorizer: one ACL. Whoever may read
 * or write a resource may describe it too, so that no others are needed.
 *
 * @param resource of what kind and name
 * @param operation what is done with it
 * @param purpose what the job needs it for
 */
public record RequiredAccess(ResourcePattern resource, AclOperation operation, String purpose) {

    /** The literal head of a regular expression; a character that a quantifier makes optional is none of it. */
    private static final Pattern LITERAL_HEAD = Pattern.compile("[A-Za-z0-9_-]*(?![*?{])");

    public RequiredAccess {
        Objects.requireNonNull(resource, "resource");
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(purpose, "purpose");
    }

    /** Everything that a job needs, at the brokers of its input and at those of its output. */
    public static List<RequiredAccess> of(KafkaJob job) {
        return Stream.concat(ofInput(job).stream(), ofOutput(job).stream()).toList();
    }

    /** What a job needs at the brokers of its input. */
    static List<RequiredAccess> ofInput(KafkaJob job) {
        List<RequiredAccess> all = new ArrayList<>();
        job.source().topicPattern().ifPresent(pattern ->
                all.add(new RequiredAccess(topicsLike(pattern), AclOperation.READ, "reads its input")));
        job.source().topics().forEach(topic -> all.add(topic(topic, AclOperation.READ, "reads its input")));
        all.add(new RequiredAccess(
                new ResourcePattern(ResourceType.GROUP, job.source().group(), PatternType.LITERAL), AclOperation.READ,
                "commits its offsets, and finds where to start"));
        job.controlTopic().ifPresent(topic -> all.add(topic(topic, AclOperation.READ, "reads which model to use")));
        return all;
    }

    /** What a job needs at the brokers of its output. */
    static List<RequiredAccess> ofOutput(KafkaJob job) {
        List<RequiredAccess> all = new ArrayList<>();
        Stream.concat(job.outputTopics().stream(), Stream.of(job.sink().deadLetterTopic()))
                .forEach(topic -> all.add(topic(topic, AclOperation.WRITE, "writes its output")));
        if (job.sink().guarantee() == Guarantee.EXACTLY_ONCE) {
            new KafkaClients(job).transactionalIdPrefixes().forEach(prefix -> all.add(new RequiredAccess(
                    new ResourcePattern(ResourceType.TRANSACTIONAL_ID, prefix, PatternType.PREFIXED),
                    AclOperation.WRITE, "writes it in transactions (`exactly-once` only)")));
        }
        return all;
    }

    /** The ACL that allows it to somebody from anywhere. */
    public AclBinding allowing(String principal) {
        return new AclBinding(resource,
                new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW));
    }

    /** As Kafka's tools and documentation write it: {@code Read}, {@code Write}. */
    public String operationName() {
        return operation.name().charAt(0) + operation.name().substring(1).toLowerCase(Locale.ROOT);
    }

    /** As in {@code Read of topic images}. */
    @Override
    public String toString() {
        return operationName() + " of " + resource.resourceType().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                + " " + resource.name() + (resource.patternType() == PatternType.PREFIXED ? "*" : "");
    }

    private static RequiredAccess topic(String name, AclOperation operation, String purpose) {
        return new RequiredAccess(
                new ResourcePattern(ResourceType.TOPIC, name, PatternType.LITERAL), operation, purpose);
    }

    /** ACLs know no regular expressions, so all topics are taken that begin as the wanted ones do. */
    private static ResourcePattern topicsLike(Pattern pattern) {
        String head = "";
        Matcher matcher = LITERAL_HEAD.matcher(pattern.pattern());
        if (pattern.pattern().indexOf('|') < 0 && matcher.lookingAt()) {
            head = matcher.group();
        }
        return head.isEmpty()
                ? new ResourcePattern(ResourceType.TOPIC, ResourcePattern.WILDCARD_RESOURCE, PatternType.LITERAL)
                : new ResourcePattern(ResourceType.TOPIC, head, PatternType.PREFIXED);
    }
}
