package terzi.backbones.keras;

/**
 * What a file holds.
 *
 * @param format for people
 * @param kerasVersion as the file says; empty if it does not
 */
record SavedNetwork(String format, String kerasVersion, KerasNetwork network) {
    /** The first number of the version; 2 where there is none. */
    int major() {
        int dot = kerasVersion.indexOf('.');
        String first = dot < 0 ? kerasVersion : kerasVersion.substring(0, dot);
        return first.matches("\\d{1,3}") ? Integer.parseInt(first) : 2;
    }
}
