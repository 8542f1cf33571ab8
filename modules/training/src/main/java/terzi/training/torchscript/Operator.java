package terzi.training.torchscript;

/** Writes the TorchScript of one operator; one class holds the operators of a family, {@link Operators} lists them all. */
@FunctionalInterface
interface Operator {
    /**
     * Writes statements for a node and states its outputs with the {@code result} methods.
     *
     * @throws UnsupportedOperatorException from {@link Emission#unsupported} if the node is of a form that cannot be compiled
     */
    void emit(Emission node);
}
