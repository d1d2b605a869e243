package io.flinkvision.tools.wall;

import java.util.function.Predicate;

/** The cameras that a page is about. */
sealed interface CameraChoice extends Predicate<String> {

    /** All of them. */
    record All() implements CameraChoice {
        @Override
        public boolean test(String id) {
            return true;
        }
    }

    /** None. */
    record None() implements CameraChoice {
        @Override
        public boolean test(String id) {
            return false;
        }
    }

    /** That of one id. */
    record One(String chosen) implements CameraChoice {
        @Override
        public boolean test(String id) {
            return id.equals(chosen);
        }
    }

    /** As an address has it: {@code all}, {@code none}, or an id. */
    static CameraChoice of(String text) {
        return switch (text) {
            case "all" -> new All();
            case "none" -> new None();
            default -> new One(text);
        };
    }
}
