package terzi.backbones.keras;

/** A layer needs to know the height and width of the image, and they were left free. */
final class FreeSizeException extends KerasFormatException {
    private static final long serialVersionUID = 1L;

    FreeSizeException(String message) {
        super(message);
    }
}
