package io.flinkvision.job.pipeline;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;

/**
 * Asks the brokers whether a job may do what it must do there. They tell it of topics and groups that exist; of others,
 * and of transactions, only whether the job may know of them, which whoever may write them may.
 */
final class AccessCheck {

    /** Flink numbers its transactional ids; this one is none of its own. */
    private static final String SOME_TRANSACTION = "-access-check";

    private final Admin admin;
    private final Consumer<String> problems;

    /**
     * @param problems is told what the job may not do
     */
    AccessCheck(Admin admin, Consumer<String> problems) {
        this.admin = admin;
        this.problems = problems;
    }

    /**
     * Asks about all of them.
     *
     * @throws ExecutionException if the brokers do not answer
     */
    void ask(List<RequiredAccess> all) throws ExecutionException, InterruptedException {
        for (RequiredAccess access : all) {
            if (!isAllowed(access)) {
                problems.accept("The job is not allowed " + access + ", by which it " + access.purpose()
                        + ": add an ACL for its user, for example with kafka-acls.sh --add --allow-principal User:..."
                        + " " + arguments(access) + "; all that it needs, SECURITY.md lists");
            }
        }
    }

    private boolean isAllowed(RequiredAccess access) throws ExecutionException, InterruptedException {
        try {
            Set<AclOperation> allowed = allowed(access.resource());
            return allowed.isEmpty() || allowed.contains(access.operation());
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

    /** What may be done with something; empty where the brokers do not say. */
    private Set<AclOperation> allowed(ResourcePattern resource) throws ExecutionException, InterruptedException {
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
                admin.describeTransactions(List.of(name + SOME_TRANSACTION)).all().get();
                yield Set.of();
            }
            default -> Set.of();
        };
        return allowed == null ? Set.of() : allowed;
    }

    private static String arguments(RequiredAccess access) {
        String option = switch (access.resource().resourceType()) {
            case GROUP -> "--group";
            case TRANSACTIONAL_ID -> "--transactional-id";
            default -> "--topic";
        };
        return "--operation " + access.operationName() + " " + option + " " + access.resource().name()
                + (access.resource().patternType() == PatternType.PREFIXED
                        ? " --resource-pattern-type prefixed" : "");
    }
}
