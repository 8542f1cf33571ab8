package terzi.bench;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import terzi.evaluation.Interval;

/**
 * Everything that one benchmark of one model found out; {@code results.json} holds exactly this.
 *
 * @param schema version of this record's form in files, {@link #SCHEMA}
 * @param date UTC, ISO 8601, to the second
 * @param command what was typed
 * @param entries in the order of measuring; backends that cannot run are among them, with the reason
 * @param warnings what makes the figures less trustworthy, in sentences; empty is good
 */
public record BenchReport(
        int schema,
        String date,
        String command,
        Network network,
        Host host,
        Method method,
        List<Entry> entries,
        List<String> warnings) {

    /** Files of another version are refused. */
    public static final int SCHEMA = 1;

    public BenchReport {
        entries = List.copyOf(entries);
        warnings = List.copyOf(warnings);
    }

    /** The entry that others are compared with, of the same subject. */
    public Optional<Entry> baseline(Subject subject) {
        return entries.stream()
                .filter(entry -> entry.subject() == subject && entry.isMeasured())
                .filter(entry -> entry.verdict().isEmpty())
                .findFirst();
    }

    /**
     * Writes {@code results.json}, {@code .csv}, {@code .md} and {@code .html}; each file appears complete or not at all.
     *
     * @param folder made if missing; files of these names are replaced
     */
    public void write(Path folder) throws IOException {
        BenchFiles.write(this, folder);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param fileOrFolder {@code results.json} or its folder
     * @throws IOException if it is missing, damaged or of another schema; the message says what to do
     */
    public static BenchReport read(Path fileOrFolder) throws IOException {
        return BenchFiles.read(fileOrFolder);
    }

    /** As in {@code results.json}. */
    public String json() {
        return BenchFiles.json(this);
    }

    /** For a terminal of 120 columns. */
    public String text() {
        return text(BenchText.WIDEST);
    }

    /** For a terminal of so many columns; where a table does not fit into them, each of its rows becomes a list. */
    public String text(int columns) {
        return new BenchText(columns).table(this);
    }

    /** For a README. */
    public String markdown() {
        return BenchMarkdown.of(this);
    }

    /** What is timed. */
    public enum Subject {
        /** The network alone: tensors in the engine's memory to logits. */
        NETWORK,
        /** From an image's file to its label. */
        FILES
    }

    /**
     * The model that was measured.
     *
     * @param name of its folder or file
     * @param sha256 of the file, in hexadecimal
     * @param input channels, height and width of the network's input
     */
    public record Network(String name, String sha256, long bytes, List<Integer> input, int classes, long parameters) {
        public Network {
            input = List.copyOf(input);
        }
    }

    /**
     * The machine.
     *
     * @param features processor features that change the speed of a network, in the kernel's spelling
     * @param cores processors that this process may use
     * @param quota processors that the container is allowed, if it is limited
     * @param governor of the processor's frequency, where the system tells
     * @param loadBefore load average over the minute before
     * @param othersShare share 0..1 of the processors' time that other programs took meanwhile
     * @param stolenShare share 0..1 that the machine underneath took, for a virtual machine
     * @param drift how much slower, relatively, a fixed piece of work was at its slowest than at its fastest; a frequency
     *     that changes shows here
     * @param hottest degrees Celsius of the hottest sensor at the end, where there is one
     */
    public record Host(
            String cpu,
            List<String> features,
            int cores,
            Optional<Double> quota,
            Optional<String> governor,
            long memoryMib,
            String system,
            String java,
            double loadBefore,
            double othersShare,
            double stolenShare,
            double drift,
            Optional<Double> hottest) {
        public Host {
            features = List.copyOf(features);
        }
    }

    /**
     * How it was measured.
     *
     * @param mode quick, normal or full
     * @param seconds that all of it took
     * @param processes how often each backend was started anew
     * @param rounds in each process
     * @param batches batch sizes of the throughput
     * @param images that answers were compared on
     * @param margin smallest relative difference that is called one, such as 0.02
     */
    public record Method(
            String mode,
            double seconds,
            int processes,
            int rounds,
            List<Integer> batches,
            @JsonAlias("pictures") int images,
            long seed,
            double margin) {
        public Method {
            batches = List.copyOf(batches);
        }
    }

    /**
     * One backend with its settings.
     *
     * @param id backend and settings, such as {@code djl-pytorch layout=channels-first threads=2}; the same in every report
     * @param backend its name
     * @param settings threads, precision and so on, also where they are the default
     * @param reason why there are no figures; empty if there are
     * @param versions of what it is made of
     * @param figures absent where it could not run
     * @param verdict against the baseline; absent for the baseline itself and where nothing was measured
     */
    public record Entry(
            String id,
            String backend,
            Subject subject,
            Map<String, String> settings,
            String reason,
            Map<String, String> versions,
            Optional<Figures> figures,
            Optional<Verdict> verdict) {
        public Entry {
            settings = Collections.unmodifiableMap(new TreeMap<>(settings));
            versions = Collections.unmodifiableMap(new TreeMap<>(versions));
        }

        public boolean isMeasured() {
            return figures.isPresent();
        }
    }

    /**
     * What was measured of one backend.
     *
     * @param loadMillis to open the model in a running process; one for each process
     * @param firstAnswerMillis from the start of the process to its first answer; one for each process
     * @param peakMib largest resident memory of the process; empty where the system does not tell
     * @param warmUpSeconds until times were stable; the longest of the processes
     * @param stable whether they became stable at all
     * @param latency one image after the other
     * @param throughput one for each batch size, ascending
     * @param load images that arrive at random moments; absent if this backend is too slow for that load
     * @param agreement with the baseline's answers; absent for files
     * @param othersShare share 0..1 of the processors' time that other programs, or the machine underneath, took while this
     *     backend was measured; empty where the system does not tell
     */
    public record Figures(
            List<Double> loadMillis,
            List<Double> firstAnswerMillis,
            Optional<Double> peakMib,
            double warmUpSeconds,
            boolean stable,
            Latency latency,
            List<Throughput> throughput,
            Optional<Load> load,
            Optional<Agreement> agreement,
            Optional<Double> othersShare) {
        /** From this share on, how long a call takes depends on which of the turns others ran in. */
        private static final double TOO_MUCH = 0.1;

        public Figures {
            loadMillis = List.copyOf(loadMillis);
            firstAnswerMillis = List.copyOf(firstAnswerMillis);
            throughput = List.copyOf(throughput);
        }

        /** Whether the machine was too busy for these figures to be compared. */
        public boolean isDisturbed() {
            return isTooMuch(othersShare);
        }

        static boolean isTooMuch(Optional<Double> othersShare) {
            return othersShare.filter(share -> share > TOO_MUCH).isPresent();
        }
    }

    /**
     * A statistic with its 95 % bootstrap interval.
     *
     * @param interval over rounds and processes
     */
    public record Estimate(double value, Interval interval) {}

    /**
     * Times of single calls, milliseconds. Every figure is a mean over processes, and within a process each round counts the
     * same, however many calls fit into it: a few fast rounds do not outvote the others. The median is that of the rounds'
     * medians, as in verdicts, whose ratio is the ratio of two of these medians.
     *
     * @param calls how many there were
     * @param perRound the median of each round, by process; what other reports are compared with
     * @param curve the time below which a share of the calls stayed, at {@link #SHARES}
     */
    public record Latency(
            long calls,
            Estimate p50,
            Estimate p90,
            Estimate p95,
            Estimate p99,
            double max,
            List<List<Double>> perRound,
            List<Double> curve) {
        /** Of {@link #curve}. */
        public static final List<Double> SHARES = List.of(
                0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999,
                1.0);

        public Latency {
            perRound = perRound.stream().map(List::copyOf).toList();
            curve = List.copyOf(curve);
        }
    }

    /**
     * Batches one after the other.
     *
     * @param perSecond images in a second
     * @param perRound the same of each round, by process
     */
    public record Throughput(int batch, Estimate perSecond, List<List<Double>> perRound) {
        public Throughput {
            perRound = perRound.stream().map(List::copyOf).toList();
        }
    }

    /**
     * An open load: images arrive at random (Poisson) whether or not the backend has finished the ones before, and a time
     * counts from the arrival. So a stall shows in all that waited behind it, which a closed loop would leave out
     * (coordinated omission).
     *
     * @param arrivalsPerSecond the same for all backends of a report
     * @param use share 0..1 of this backend's time that the load takes
     * @param response from arrival to answer, milliseconds
     * @param service the same calls from their start to the answer, as a closed loop would have counted them
     */
    public record Load(double arrivalsPerSecond, double use, Latency response, Latency service) {}

    /**
     * Whether the answers are those of the baseline.
     *
     * @param largestDifference of a logit
     * @param largestLogit of the baseline, for scale
     * @param sameLabel share 0..1 of the images with the same best label
     * @param agrees whether label and logits are what rounding explains
     */
    public record Agreement(double largestDifference, double largestLogit, double sameLabel, boolean agrees) {
        /** Of the largest logit; beyond it, equal labels may be luck. */
        private static final double COARSE = 0.1;

        /** Whether the speed of a backend with these answers means something. */
        public enum Grade {
            /** What rounding explains. */
            EQUAL,
            /** All labels are the baseline's, but the logits are further off than float32 explains, as in bfloat16. */
            COARSER,
            /** Other answers: the speed means nothing. */
            OTHER
        }

        public Grade grade() {
            if (agrees) {
                return Grade.EQUAL;
            }
            return sameLabel == 1 && largestDifference <= COARSE * largestLogit ? Grade.COARSER : Grade.OTHER;
        }
    }

    /**
     * Against the baseline, by the median time of single calls.
     *
     * @param ratio of the two medians of the report; below 1 is faster than the baseline
     * @param word what it means
     */
    public record Verdict(Estimate ratio, Word word) {
        /** What may be said. */
        public enum Word {
            FASTER("faster"),
            SLOWER("slower"),
            NO_DIFFERENCE("no difference"),
            /** The interval is too wide for any of these. */
            UNCLEAR("too noisy to tell"),
            /** Other programs took so much of the processors that the times are partly theirs. */
            BUSY("machine too busy");

            private final String text;

            Word(String text) {
                this.text = text;
            }

            @Override
            public String toString() {
                return text;
            }
        }
    }
}
