package terzi.training.torchscript;

/** A graph uses an operator, or a form of one, that training cannot run; another export of the network may avoid it. */
public final class UnsupportedOperatorException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    UnsupportedOperatorException(String message) {
        super(message);
    }
}
