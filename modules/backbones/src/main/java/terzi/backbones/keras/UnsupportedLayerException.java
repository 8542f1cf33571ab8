package terzi.backbones.keras;

/** Thrown when a network has a layer that Terzi does not know; the message lists the known layers. */
public final class UnsupportedLayerException extends KerasFormatException {
    private static final long serialVersionUID = 1L;

    UnsupportedLayerException(String message) {
        super(message);
    }
}
