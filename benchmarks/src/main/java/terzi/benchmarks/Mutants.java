package terzi.benchmarks;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** What PIT's {@code mutations.xml} says of the changes that were made to the classes of a module. */
final class Mutants {

    private Mutants() {}

    /**
     * Which mutant, as far as a list can name it.
     *
     * @param owner full name of the class, {@code Outer$Inner}
     * @param mutation PIT's description
     */
    record Place(String owner, String method, String mutation) {
        String packageName() {
            return owner.substring(0, owner.lastIndexOf('.'));
        }

        /** The class with all that is nested in it, which one file holds. */
        String outermost() {
            int nested = owner.indexOf('$');
            return nested < 0 ? owner : owner.substring(0, nested);
        }
    }

    /** What became of a mutant. */
    enum Fate {
        KILLED,
        TIMED_OUT,
        SURVIVED,
        NO_COVERAGE;

        static Fate of(String status) {
            return switch (status) {
                case "SURVIVED" -> SURVIVED;
                case "NO_COVERAGE" -> NO_COVERAGE;
                case "TIMED_OUT" -> TIMED_OUT;
                default -> KILLED; // also where the JVM ended or ran out of memory
            };
        }
    }

    record Mutant(Place place, Fate fate) {}

    /**
     * The mutants of one package.
     *
     * @param unkillable those of the survived and the uncovered ones that are listed with a reason
     */
    record Count(int killed, int timedOut, int survived, int notCovered, int unkillable) {

        int all() {
            return killed + timedOut + survived + notCovered;
        }

        double killedShare() {
            return (killed + timedOut) / (double) all();
        }

        double killedShareOfKillable() {
            return (killed + timedOut) / (double) (all() - unkillable);
        }

        Count with(Fate fate, boolean isListed) {
            return new Count(
                    killed + (fate == Fate.KILLED ? 1 : 0),
                    timedOut + (fate == Fate.TIMED_OUT ? 1 : 0),
                    survived + (fate == Fate.SURVIVED ? 1 : 0),
                    notCovered + (fate == Fate.NO_COVERAGE ? 1 : 0),
                    unkillable + (isListed && (fate == Fate.SURVIVED || fate == Fate.NO_COVERAGE) ? 1 : 0));
        }
    }

    /** Reads a report; mutants that the JVM refuses to load are not in the answer. */
    static List<Mutant> read(Path report) throws IOException {
        List<Mutant> mutants = new ArrayList<>();
        try (InputStream in = Files.newInputStream(report)) {
            XMLStreamReader xml = XMLInputFactory.newDefaultFactory().createXMLStreamReader(in);
            String status = "";
            String owner = "";
            String method = "";
            while (xml.hasNext()) {
                if (xml.next() != XMLStreamConstants.START_ELEMENT) {
                    continue;
                }
                switch (xml.getLocalName()) {
                    case "mutation" -> status = xml.getAttributeValue(null, "status");
                    case "mutatedClass" -> owner = xml.getElementText();
                    case "mutatedMethod" -> method = xml.getElementText();
                    case "description" -> {
                        Place place = new Place(owner, method, xml.getElementText());
                        if (!status.equals("NON_VIABLE")) {
                            mutants.add(new Mutant(place, Fate.of(status)));
                        }
                    }
                    default -> {}
                }
            }
        } catch (XMLStreamException e) {
            throw new IOException(report + ": " + e.getMessage() + "; measure this module again", e);
        }
        return mutants;
    }

    /** Of every class the mutants of the last report that has some. */
    static List<Mutant> latest(List<Path> reports) throws IOException {
        Map<String, List<Mutant>> byClass = new LinkedHashMap<>();
        for (Path report : reports) {
            byClass.putAll(read(report).stream()
                    .collect(Collectors.groupingBy(mutant -> mutant.place().outermost())));
        }
        return byClass.values().stream().flatMap(List::stream).toList();
    }

    /** The mutants that no test can kill: {@code class,method,mutation,reason}. */
    static Set<Place> listed(Path csv) throws IOException {
        Set<Place> places = new HashSet<>();
        try (CsvReader<NamedCsvRecord> reader = CsvReader.builder().ofNamedCsvRecord(csv);
                Stream<NamedCsvRecord> lines = reader.stream()) {
            lines.forEach(line ->
                    places.add(new Place(line.getField("class"), line.getField("method"), line.getField("mutation"))));
        }
        return places;
    }

    static SortedMap<String, Count> byPackage(List<Mutant> mutants, Set<Place> listed) {
        SortedMap<String, Count> counts = new TreeMap<>();
        for (Mutant mutant : mutants) {
            counts.merge(
                    mutant.place().packageName(),
                    new Count(0, 0, 0, 0, 0).with(mutant.fate(), listed.contains(mutant.place())),
                    Mutants::sum);
        }
        return counts;
    }

    static Count sum(Count a, Count b) {
        return new Count(
                a.killed + b.killed,
                a.timedOut + b.timedOut,
                a.survived + b.survived,
                a.notCovered + b.notCovered,
                a.unkillable + b.unkillable);
    }
}
