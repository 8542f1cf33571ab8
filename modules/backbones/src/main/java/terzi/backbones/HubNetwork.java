package terzi.backbones;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import terzi.files.Downloader;
import terzi.files.FileLocks;
import terzi.files.RemoteFile;
import terzi.files.Sha256;
import terzi.images.HubConfig;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A network of Hugging Face: an ONNX file with its configuration. The hub is asked once for the newest commit and for the
 * digests of large files; what is fetched belongs to that commit and stays in the cache, so a network never changes by itself. The
 * network of a card must have the digest that the card pins, or that it had when it was first fetched.
 */
final class HubNetwork {
    private static final List<String> NETWORKS = List.of("onnx/model.onnx", "model.onnx");
    private static final List<String> CONFIGURATION = List.of(HubConfig.LABELS, HubConfig.PREPROCESSING);
    private static final List<String> OPTIONAL = List.of(HubConfig.PROCESSOR);
    private static final String ACCEPTED = "accepted-licence";
    private static final String LICENCE = "licence";
    private static final String SIDE = "_data";
    private static final long LARGEST_NETWORK = 2L << 30;
    private static final long LARGEST_CONFIGURATION = 16 << 20;
    private static final int LARGEST_ANSWER = 64 << 20;

    private final HubSource source;
    private final BackboneOptions options;
    private final Path backbones;
    private final Path folder;
    private final TrustedDigests trusted;

    HubNetwork(HubSource source, BackboneOptions options) {
        this.source = source;
        this.options = options;
        this.backbones = options.cache().resolve("backbones");
        this.folder = backbones.resolve("hf").resolve(source.folder());
        this.trusted = new TrustedDigests(backbones);
    }

    /** The network with its configuration near it, fetched if it is not there. */
    Path fetched() throws IOException {
        if (options.from().isPresent()) {
            requireAccepted();
            Path given = networkIn(options.from().get());
            requireTrusted(given, "");
            return given;
        }
        Optional<Path> known = cached();
        if (known.isPresent() && isIntact(known.get())) {
            return known.get();
        }
        if (options.downloads() == BackboneOptions.Downloads.NEVER) {
            throw new BackboneException(
                    source.name() + " is not in the cache and the network may not be used. " + remedy());
        }
        requireAccepted();
        return FileLocks.holding(complete(), () -> {
            Optional<Path> there = cached();
            if (there.isPresent()) {
                return there.get(); // by another process
            }
            String commit = fetch();
            Files.writeString(complete(), commit + "\n");
            return cached().orElseThrow();
        });
    }

    /** The network in the cache; empty if it is not there. */
    Optional<Path> cached() {
        return Files.isRegularFile(complete())
                ? Optional.of(folder.resolve("onnx")
                                .resolve(simple(source.network().orElse(NETWORKS.get(0)))))
                        .filter(Files::isRegularFile)
                : Optional.empty();
    }

    /** The licence that the page of the repository named when it was fetched; empty if it named none. */
    Optional<String> licence() throws IOException {
        Path file = folder.resolve(LICENCE);
        return Files.isRegularFile(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    }

    private Path complete() {
        return folder.resolve("commit");
    }

    private Path networkIn(Path given) throws BackboneException {
        if (!Files.isDirectory(given)) {
            return given;
        }
        return Stream.concat(
                        source.network().stream().flatMap(path -> Stream.of(path, simple(path))), NETWORKS.stream())
                .map(given::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new BackboneException(given + ": has no "
                        + source.network().orElse(NETWORKS.get(0)) + ", the network of " + source.name()));
    }

    // ---- licence and trust ----

    /** A licence that needs acceptance is accepted now, or was when the network was fetched. */
    private void requireAccepted() throws BackboneException {
        Optional<BackboneCard> card = source.card();
        Optional<String> name = card.flatMap(known -> known.use().licenceToAccept());
        if (name.isPresent() && !options.acceptedLicences().contains(name.get())) {
            throw new BackboneException("backbone " + source.name() + ": its licence must be accepted first: "
                    + card.get().licence() + ". Read it, then accept it by withAcceptedLicence(...) with the name "
                    + name.get());
        }
    }

    /** Whether a cached network of a card still has its digest, and its licence was accepted. */
    private boolean isIntact(Path network) throws IOException {
        if (source.card().isEmpty()) {
            return true;
        }
        if (!Files.isRegularFile(folder.resolve(ACCEPTED))) {
            requireAccepted();
        }
        for (Path file : List.of(network, network.resolveSibling(network.getFileName() + SIDE))) {
            if (!Files.isRegularFile(file)) {
                continue;
            }
            String suffix = file.equals(network) ? "" : SIDE;
            Optional<String> expected = expected(suffix);
            if (expected.isPresent() && !expected.get().equals(sha256(file))) {
                options.listener().step(file + " is damaged; it is fetched again");
                Files.deleteIfExists(complete());
                Files.delete(file);
                return false;
            }
        }
        return true;
    }

    /** The digest that a file of a card must have: that of the card, or that of the first download. */
    private Optional<String> expected(String suffix) throws IOException {
        Optional<String> pinned = suffix.isEmpty() ? source.pinned() : Optional.empty();
        return pinned.isPresent() || source.card().isEmpty()
                ? pinned
                : trusted.find(key(suffix)).map(TrustedDigests.Entry::sha256);
    }

    private String key(String suffix) {
        return "hf:" + source.id() + "/" + source.network().orElse(NETWORKS.get(0)) + suffix;
    }

    /** @throws BackboneException if the file has another digest than expected; nothing is deleted */
    private void requireTrusted(Path file, String suffix) throws IOException {
        Optional<String> expected = expected(suffix);
        if (expected.isPresent()) {
            requireSame(expected.get(), sha256(file), suffix);
        }
    }

    private void requireSame(String expected, String found, String suffix) throws IOException {
        if (found.equals(expected)) {
            return;
        }
        Optional<TrustedDigests.Entry> kept =
                suffix.isEmpty() && source.pinned().isPresent() ? Optional.empty() : trusted.find(key(suffix));
        String origin = kept.map(
                        entry -> "it had when it was first fetched, on " + entry.date() + " from " + entry.source())
                .orElse("its card says");
        String remedy = kept.map(entry -> "If you trust the new file, delete '" + key(suffix) + "' from "
                        + trusted.file() + " and pull it again; if not, give a copy of the old one")
                .orElse("Give a copy that has the right one");
        throw new BackboneException(
                "backbone " + source.name() + ": " + key(suffix) + " does not have the SHA-256 that "
                        + origin + ", so nothing of it is used.\n  expected " + expected + "\n  found    " + found
                        + "\nThe repository has another file now, or it was changed on the way. " + remedy
                        + " by withFrom(...)");
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file)) {
            return Sha256.of(content);
        }
    }

    // ---- download ----

    private String fetch() throws IOException {
        options.listener().step("asking " + options.hub().getHost() + " for " + source.id());
        String branch =
                source.revision().map(revision -> "/revision/" + revision).orElse("");
        JsonNode answer = ask(URI.create(base() + "/api/models/" + source.id() + branch + "?blobs=true"));
        String commit = answer.path("sha").asString("main");
        Map<String, JsonNode> files = new TreeMap<>();
        answer.path("siblings").forEach(file -> files.put(file.path("rfilename").asString(""), file));
        String network = network(files);
        tellLicence(answer.path("cardData").path("license").asString(""));
        configuration(files, commit);
        get(files, network, commit, "");
        if (files.containsKey(network + SIDE)) {
            get(files, network, commit, SIDE);
        }
        return commit;
    }

    private String network(Map<String, JsonNode> files) throws BackboneException {
        return source.network().map(List::of).orElse(NETWORKS).stream()
                .filter(files::containsKey)
                .findFirst()
                .orElseThrow(() -> new BackboneException("hf:" + source.id() + ": has no "
                        + source.network().orElse(NETWORKS.get(0)) + "; it has "
                        + String.join(", ", files.keySet().stream().limit(20).toList())
                        + ". Export it once with 'optimum-cli export onnx --model " + source.configuration()
                        + " FOLDER' and give that folder, or name another repository"));
    }

    private void tellLicence(String page) throws IOException {
        Files.createDirectories(folder);
        String today = LocalDate.now(ZoneOffset.UTC).toString();
        if (source.card().isPresent()) {
            BackboneCard card = source.card().get();
            options.listener().step("licence of " + source.name() + ": " + card.licence());
            Optional<String> name = card.use().licenceToAccept();
            if (name.isPresent()) {
                Files.writeString(folder.resolve(ACCEPTED), name.get() + " accepted on " + today + "\n");
            }
        } else if (!page.isEmpty()) {
            options.listener().step("licence of " + source.name() + ": " + page + ", as its page says");
            Files.writeString(folder.resolve(LICENCE), page + "\n");
        }
    }

    private void configuration(Map<String, JsonNode> files, String commit) throws IOException {
        if (!source.configuration().equals(source.id())) {
            fetch(folder, small(HubConfig.LABELS, at(source.configuration(), "main", HubConfig.LABELS)));
            return;
        }
        for (String name : CONFIGURATION) {
            if (files.containsKey(name)) {
                fetch(folder, small(name, at(source.id(), commit, name)));
            } else {
                options.listener().step("hf:" + source.id() + " has no " + name + "; what it would say is assumed");
            }
        }
        for (String name : OPTIONAL) {
            if (files.containsKey(name)) {
                fetch(folder, small(name, at(source.id(), commit, name)));
            }
        }
    }

    private static RemoteFile small(String name, URI address) {
        return RemoteFile.unpinned(name, LARGEST_CONFIGURATION, address);
    }

    /** Fetches the network, or the weights beside it, and compares it with the digest that it must have. */
    private void get(Map<String, JsonNode> files, String network, String commit, String suffix) throws IOException {
        String announced = digest(files, network + suffix);
        Optional<String> expected = expected(suffix);
        if (expected.isPresent() && !announced.isEmpty()) {
            requireSame(expected.get(), announced, suffix); // before it is downloaded
        }
        URI address = at(source.id(), commit, network + suffix);
        String name = source.network().map(HubNetwork::simple).orElse("model.onnx") + suffix;
        long largest = suffix.isEmpty() ? LARGEST_NETWORK : 8 * LARGEST_NETWORK;
        Path file = fetch(
                folder.resolve("onnx"),
                new RemoteFile(name, announced, RemoteFile.Packing.NONE, largest, List.of(address)));
        if (source.card().isEmpty()) {
            return;
        }
        String found = sha256(file);
        if (expected.isPresent()) {
            try {
                requireSame(expected.get(), found, suffix);
            } catch (BackboneException e) {
                Files.delete(file);
                throw e;
            }
            return;
        }
        String today = LocalDate.now(ZoneOffset.UTC).toString();
        trusted.keep(key(suffix), new TrustedDigests.Entry(found, today, address.toString()));
        options.listener()
                .step("trusted at first use: SHA-256 " + found + " of " + key(suffix) + ", kept in " + trusted.file()
                        + "; a file with another one will be refused");
    }

    /** Large files have a digest at the hub, others none. */
    private static String digest(Map<String, JsonNode> files, String name) {
        JsonNode file = files.get(name);
        return file == null ? "" : file.path("lfs").path("sha256").asString("");
    }

    private Path fetch(Path target, RemoteFile file) throws IOException {
        options.listener().step("fetching " + file.name() + " of " + source.id());
        return new Downloader(options.listener()::download).fetch(file, target);
    }

    private static String simple(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private URI at(String repository, String commit, String name) {
        return URI.create(base() + "/" + repository + "/resolve/" + commit + "/" + name);
    }

    private String base() {
        return options.hub().toString().replaceAll("/+$", "");
    }

    private JsonNode ask(URI question) throws IOException {
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(20))
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        HttpRequest request = HttpRequest.newBuilder(question)
                .timeout(Duration.ofSeconds(60))
                .header("User-Agent", "terzi")
                .build();
        HttpResponse<InputStream> response;
        try {
            response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackboneException("asking for " + question + " was interrupted", e);
        } catch (IOException e) {
            throw new BackboneException(
                    question + " cannot be reached (" + e + "). Is there a network connection? " + remedy(), e);
        }
        try (InputStream body = response.body()) {
            int status = response.statusCode();
            if (status == 401 || status == 404) {
                throw new BackboneException("hf:" + source.id() + ": there is no such public repository (HTTP " + status
                        + " from " + question
                        + "); check the spelling. A private one: download it and give its folder");
            }
            if (status != 200) {
                throw new BackboneException(question + " answers HTTP " + status + ". " + remedy());
            }
            return JsonMapper.shared().readTree(body.readNBytes(LARGEST_ANSWER));
        } catch (JacksonException e) {
            throw new BackboneException(question + " answers something else than JSON", e);
        }
    }

    private String remedy() {
        if (source.card().isPresent()) {
            return "Fetch " + source.network().orElse(NETWORKS.get(0)) + " of " + options.hub() + "/" + source.id()
                    + " and the configuration of " + options.hub() + "/" + source.configuration()
                    + " elsewhere, keep them in a folder, and give it by withFrom(...)";
        }
        return "Fetch config.json, preprocessor_config.json and onnx/model.onnx of " + options.hub() + "/" + source.id()
                + " elsewhere, keep them in a folder like that, and give the folder instead of " + source.name();
    }
}
