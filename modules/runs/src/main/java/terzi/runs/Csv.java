package terzi.runs;

/** Fields of comma-separated values (RFC 4180). */
final class Csv {
    private Csv() {}

    /** A field between quotes, so that commas, quotes and line ends in it stay in it. */
    static String quoted(String field) {
        return '"' + field.replace("\"", "\"\"") + '"';
    }

    /** A field between quotes where it needs them. */
    static String field(String value) {
        boolean plain = value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                && value.strip().equals(value);
        return plain ? value : quoted(value);
    }
}
