package io.flinkvision.job.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * An ACL that a job needs at brokers with an authorizer. Read and Write imply Describe, so no others are needed.
 *
 * @param purpose what the job needs it for: a verb phrase
 */
public record RequiredAccess(ResourcePattern resource, AclOperation operation, String purpose) {

    /** The literal prefix of a regular expression, without a character that a quantifier makes optional. */
    private static final Pattern LITERAL_PREFIX = Pattern.compile("[A-Za-z0-9_-]*(?![*?{])");

    /** Not an id of Flink's, which numbers its transactional ids. */
    private static final String UNUSED_TRANSACTION = "-access-check";

    public RequiredAccess {
        Objects.requireNonNull(resource, "resource");
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(purpose, "purpose");
    }

    /** All that a job needs, at the brokers of its input and at those of its output. */
    public static List<RequiredAccess> of(KafkaJob job) {
        return Stream.concat(ofInput(job).stream(), ofOutput(job).stream()).toList();
    }

    /** All that a job needs at the brokers of its input. */
    static List<RequiredAccess> ofInput(KafkaJob job) {
        List<RequiredAccess> all = new ArrayList<>();
        job.find(JobOptions.SOURCE_TOPIC_PATTERN).ifPresent(pattern ->
                all.add(new RequiredAccess(topicsLike(pattern), AclOperation.READ, "reads its input")));
        job.get(JobOptions.SOURCE_TOPICS).forEach(topic -> all.add(topic(topic, AclOperation.READ, "reads its input")));
        job.find(JobOptions.SOURCE_CAMERAS_TOPIC).ifPresent(topic ->
                all.add(topic(topic, AclOperation.READ, "reads which cameras there are")));
        if (!job.readsCameras()) {
            all.add(new RequiredAccess(
                    new ResourcePattern(ResourceType.GROUP, job.get(JobOptions.SOURCE_GROUP), PatternType.LITERAL),
                    AclOperation.READ, "commits its offsets, and finds where to start"));
        }
        job.find(JobOptions.MODEL_CONTROL_TOPIC).ifPresent(topic ->
                all.add(topic(topic, AclOperation.READ, "reads which model to use")));
        job.find(JobOptions.MODEL_HEADS_TOPIC).ifPresent(topic ->
                all.add(topic(topic, AclOperation.READ, "reads regions and their heads")));
        return all;
    }

    /** All that a job needs at the brokers of its output. */
    static List<RequiredAccess> ofOutput(KafkaJob job) {
        List<RequiredAccess> all = new ArrayList<>();
        Stream.concat(job.outputTopics().stream(), job.find(JobOptions.DEAD_LETTERS_TOPIC).stream())
                .forEach(topic -> all.add(topic(topic, AclOperation.WRITE, "writes its output")));
        if (job.isExactlyOnce()) {
            new KafkaClients(job).transactionalIdPrefixes().forEach(prefix -> all.add(new RequiredAccess(
                    new ResourcePattern(ResourceType.TRANSACTIONAL_ID, prefix, PatternType.PREFIXED),
                    AclOperation.WRITE, "writes it in transactions (`exactly-once` only)")));
        }
        return all;
    }

    /**
     * Asks the brokers whether they allow it. About resources that do not exist, and about transactions, they only tell
     * whether the job may describe them, which implies that it may write them.
     *
     * @throws ExecutionException if the brokers do not answer
     */
    boolean isAllowed(Admin admin) throws ExecutionException, InterruptedException {
        try {
            Set<AclOperation> allowed = allowedOperations(admin);
            return allowed.isEmpty() || allowed.contains(operation);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return false;
            }
            if (e.getCause() instanceof UnknownTopicOrPartitionException
                    || e.getCause() instanceof GroupIdNotFoundException
                    || e.getCause() instanceof TransactionalIdNotFoundException) {
                return true;
            }
            throw e;
        }
    }

    /** Empty if the brokers do not tell. */
    private Set<AclOperation> allowedOperations(Admin admin) throws ExecutionException, InterruptedException {
        String name = resource.name();
        Set<AclOperation> allowed = switch (resource.resourceType()) {
            case TOPIC -> resource.patternType() == PatternType.LITERAL && !name.equals("*")
                    ? admin.describeTopics(List.of(name), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                            .topicNameValues().get(name).get().authorizedOperations()
                    : Set.of();
            case GROUP -> admin.describeConsumerGroups(
                            List.of(name), new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
                    .describedGroups().get(name).get().authorizedOperations();
            case TRANSACTIONAL_ID -> {
                admin.describeTransactions(List.of(name + UNUSED_TRANSACTION)).all().get();
                yield Set.of();
            }
            default -> Set.of();
        };
        return allowed == null ? Set.of() : allowed;
    }

    /** The message for a job that is not allowed it. */
    String complaint() {
        String option = switch (resource.resourceType()) {
            case GROUP -> "--group";
            case TRANSACTIONAL_ID -> "--transactional-id";
            default -> "--topic";
        };
        return "The job is not allowed " + this + ", by which it " + purpose + ": add an ACL for its user, for example"
                + " with kafka-acls.sh --add --allow-principal User:... --operation " + operationName() + " " + option
                + " " + resource.name()
                + (resource.patternType() == PatternType.PREFIXED ? " --resource-pattern-type prefixed" : "")
                + "; SECURITY.md lists all that it needs";
    }

    /** The ACL that allows it to a user from any host. */
    public AclBinding allowing(String principal) {
        return new AclBinding(resource,
                new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW));
    }

    /** As in Kafka's documentation: {@code Read}, {@code Write}. */
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

    /** All topics with the pattern's literal prefix, since ACLs have no regular expressions. */
    private static ResourcePattern topicsLike(Pattern pattern) {
        String prefix = "";
        Matcher matcher = LITERAL_PREFIX.matcher(pattern.pattern());
        if (pattern.pattern().indexOf('|') < 0 && matcher.lookingAt()) {
            prefix = matcher.group();
        }
        return prefix.isEmpty()
                ? new ResourcePattern(ResourceType.TOPIC, ResourcePattern.WILDCARD_RESOURCE, PatternType.LITERAL)
                : new ResourcePattern(ResourceType.TOPIC, prefix, PatternType.PREFIXED);
    }
}
