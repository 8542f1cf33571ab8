package terzi.backbones.keras;

/** A network has a layer that Terzi does not know; the message lists those it knows. */
public final class UnsupportedLayerException extends KerasFormatException {
    private static final long serialVersionUID = 1L;

    UnsupportedLayerException(String message) {
        super(message);
    }
}
