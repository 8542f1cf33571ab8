package terzi.inference;

/** The device that was asked for cannot be used on this machine; the message says what is missing and where to get it. */
public final class DeviceUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1;

    DeviceUnavailableException(String message) {
        super(message);
    }

    DeviceUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
