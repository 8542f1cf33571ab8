package terzi.inference;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Log messages through slf4j, or nowhere in an application without it: on the module path {@code requires terzi.inference}
 * resolves the automatic modules but not {@code org.slf4j}, which is a module of its own.
 */
final class Log {

    private static final boolean HAS_SLF4J = hasSlf4j();

    private final Sink sink;

    private Log(Sink sink) {
        this.sink = sink;
    }

    static Log of(Class<?> type) {
        return new Log(HAS_SLF4J ? new Slf4j(type) : (level, format, values) -> {});
    }

    private static boolean hasSlf4j() {
        try {
            Class.forName("org.slf4j.LoggerFactory", false, Log.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    /** @param values for the {@code {}} of the format, then perhaps a throwable */
    void debug(String format, @Nullable Object... values) {
        sink.log(Level.DEBUG, format, values);
    }

    void info(String format, @Nullable Object... values) {
        sink.log(Level.INFO, format, values);
    }

    void warn(String format, @Nullable Object... values) {
        sink.log(Level.WARN, format, values);
    }

    private enum Level {
        DEBUG,
        INFO,
        WARN
    }

    private interface Sink {
        void log(Level level, String format, @Nullable Object... values);
    }

    /** The only class that slf4j's are linked from. */
    private static final class Slf4j implements Sink {
        private final Logger logger;

        Slf4j(Class<?> type) {
            this.logger = LoggerFactory.getLogger(type);
        }

        @Override
        public void log(Level level, String format, @Nullable Object... values) {
            switch (level) {
                case DEBUG -> logger.debug(format, values);
                case INFO -> logger.info(format, values);
                case WARN -> logger.warn(format, values);
            }
        }
    }
}
