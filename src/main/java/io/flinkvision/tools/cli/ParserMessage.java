package io.flinkvision.tools.cli;

import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Messages of usage errors. Picocli repeats the arguments that it cannot parse, and these may be passwords: a
 * {@code --property} without its key, or the rest of one that the shell split at a space. These messages name options
 * but not their values, except of options that never take a secret.
 */
final class ParserMessage {

    private static final String HIDDEN = "...";

    private ParserMessage() {}

    /** @param arguments all of the command line */
    static String of(ParameterException e, String... arguments) {
        if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
            return ofUnmatched(unmatched, List.of(arguments));
        }
        if (e.getArgSpec() instanceof OptionSpec option && option.typeInfo().isMap()) {
            return "Invalid value for option '" + option.longestName() + "': it must be " + option.paramLabel()
                    + ". The value is not shown, as it may be a password";
        }
        return isOwn(e) ? e.getMessage() : withoutValues(e.getMessage(), arguments);
    }

    /** Messages of the commands themselves need no censoring. */
    private static boolean isOwn(ParameterException e) {
        return e.getClass() == ParameterException.class && e.getArgSpec() == null && e.getValue() == null;
    }

    private static String ofUnmatched(UnmatchedArgumentException e, List<String> arguments) {
        String first = e.getUnmatched().get(0);
        if (e.isUnknownOption()) {
            return "Unknown option: '" + withoutValue(first) + "'";
        }
        String message = "Unmatched argument at index " + arguments.indexOf(first);
        return e.getCommandLine().getSubcommands().isEmpty()
                ? message + ". It is not shown, as it may be part of a password"
                : message + ": '" + withoutValue(first) + "'";
    }

    private static String withoutValues(String message, String... arguments) {
        String result = message;
        for (String argument : Arrays.stream(arguments).filter(text -> text.indexOf('=') > 0).toList()) {
            result = result.replace(argument, withoutValue(argument));
        }
        return result;
    }

    private static String withoutValue(String argument) {
        int end = argument.indexOf('=');
        return end < 0 ? argument : argument.substring(0, end + 1) + HIDDEN;
    }
}
