package terzi.cli;

/**
 * One line of {@code terzi doctor}.
 *
 * @param remedy what to do about it, empty when nothing needs doing
 */
record Finding(String subject, Status status, String detail, String remedy) {
    enum Status {
        OK,
        WARN,
        FAIL
    }

    static Finding ok(String subject, String detail) {
        return new Finding(subject, Status.OK, detail, "");
    }

    static Finding warn(String subject, String detail, String remedy) {
        return new Finding(subject, Status.WARN, detail, remedy);
    }

    static Finding fail(String subject, String detail, String remedy) {
        return new Finding(subject, Status.FAIL, detail, remedy);
    }

    String line(Console console) {
        Colour colour =
                switch (status) {
                    case OK -> Colour.GREEN;
                    case WARN -> Colour.YELLOW;
                    case FAIL -> Colour.RED;
                };
        String label = String.format("%-5s", status.name().toLowerCase(java.util.Locale.ROOT));
        String line = console.coloured(colour, label) + String.format(" %-16s %s", subject, detail);
        return remedy.isEmpty() ? line : line + System.lineSeparator() + " ".repeat(23) + "-> " + remedy;
    }
}
