package io.flinkvision.tools.discover;

import java.io.IOException;

/** A device answers only to a user with a password, and there is none, or it refused them. */
final class LoginNeededException extends IOException {

    private static final long serialVersionUID = 1L;

    LoginNeededException(String message) {
        super(message);
    }
}
