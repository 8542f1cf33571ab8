package terzi.bench;

/** Hears how far a benchmark is. */
public interface BenchListener {

    /** A line worth reading. */
    void say(String line);

    /**
     * A step is done.
     *
     * @param total how many steps there will be, as far as is known
     */
    void step(int done, int total, String what);
}
