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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import terzi.files.Downloader;
import terzi.files.FileLocks;
import terzi.files.RemoteFile;
import terzi.images.HubConfig;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A network of Hugging Face: {@code onnx/model.onnx} with its configuration. The hub is asked once for the newest commit and for the
 * digests of large files; what is fetched belongs to that commit and stays in the cache, so a network never changes by itself.
 */
final class HubNetwork {
    private static final List<String> NETWORKS = List.of("onnx/model.onnx", "model.onnx");
    private static final List<String> CONFIGURATION = List.of(HubConfig.LABELS, HubConfig.PREPROCESSING);
    private static final List<String> OPTIONAL = List.of(HubConfig.PROCESSOR);
    private static final long LARGEST_NETWORK = 2L << 30;
    private static final long LARGEST_CONFIGURATION = 16 << 20;
    private static final int LARGEST_ANSWER = 64 << 20;

    private final String id;
    private final BackboneOptions options;

    /** @param id {@code owner/name} */
    HubNetwork(String id, BackboneOptions options) throws BackboneException {
        if (!id.matches("[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*") || id.contains("..")) {
            throw new BackboneException("hf:" + id + ": expected hf:OWNER/NAME, such as hf:microsoft/resnet-50");
        }
        this.id = id;
        this.options = options;
    }

    private Path folder() {
        return options.cache().resolve("backbones").resolve("hf").resolve(id.replace("/", "--"));
    }

    /** The folder with the network and its configuration, fetched if it is not there. */
    Path fetched() throws IOException {
        if (options.from().isPresent()) {
            return options.from().get();
        }
        Path folder = folder();
        Path complete = folder.resolve("commit");
        if (Files.isRegularFile(complete)) {
            return folder;
        }
        if (options.downloads() == BackboneOptions.Downloads.NEVER) {
            throw new BackboneException(
                    "hf:" + id + " is not in the cache and the network may not be used. " + remedy());
        }
        return FileLocks.holding(complete, () -> {
            if (!Files.isRegularFile(complete)) {
                String commit = fetch(folder);
                Files.writeString(complete, commit + "\n");
            }
            return folder;
        });
    }

    private String fetch(Path folder) throws IOException {
        options.listener().step("asking " + options.hub().getHost() + " for " + id);
        JsonNode answer = ask(URI.create(base() + "/api/models/" + id + "?blobs=true"));
        String commit = answer.path("sha").asString("main");
        Map<String, JsonNode> files = new TreeMap<>();
        answer.path("siblings").forEach(file -> files.put(file.path("rfilename").asString(""), file));
        String network = NETWORKS.stream()
                .filter(files::containsKey)
                .findFirst()
                .orElseThrow(() -> new BackboneException("hf:" + id + ": has no onnx/model.onnx; it has "
                        + String.join(", ", files.keySet().stream().limit(20).toList())
                        + ". Export it once with 'optimum-cli export onnx --model " + id
                        + " FOLDER' and give that folder, or name another repository"));
        for (String name : CONFIGURATION) {
            if (files.containsKey(name)) {
                get(folder, RemoteFile.unpinned(name, LARGEST_CONFIGURATION, at(commit, name)));
            } else {
                options.listener().step("hf:" + id + " has no " + name + "; what it would say is assumed");
            }
        }
        for (String name : OPTIONAL) {
            if (files.containsKey(name)) {
                get(folder, RemoteFile.unpinned(name, LARGEST_CONFIGURATION, at(commit, name)));
            }
        }
        String digest = digest(files, network);
        get(
                folder.resolve("onnx"),
                new RemoteFile(
                        "model.onnx", digest, RemoteFile.Packing.NONE, LARGEST_NETWORK, List.of(at(commit, network))));
        if (files.containsKey(network + "_data")) {
            String side = digest(files, network + "_data");
            get(
                    folder.resolve("onnx"),
                    new RemoteFile(
                            "model.onnx_data",
                            side,
                            RemoteFile.Packing.NONE,
                            8 * LARGEST_NETWORK,
                            List.of(at(commit, network + "_data"))));
        }
        return commit;
    }

    /** Large files have a digest at the hub, others none. */
    private static String digest(Map<String, JsonNode> files, String name) {
        JsonNode file = files.get(name);
        return file == null ? "" : file.path("lfs").path("sha256").asString("");
    }

    private void get(Path folder, RemoteFile file) throws IOException {
        options.listener().step("fetching " + file.name() + " of " + id);
        new Downloader(options.listener()::download).fetch(file, folder);
    }

    private URI at(String commit, String name) {
        return URI.create(base() + "/" + id + "/resolve/" + commit + "/" + name);
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
                throw new BackboneException(
                        "hf:" + id + ": there is no such public repository (HTTP " + status + " from " + question
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
        return "Fetch config.json, preprocessor_config.json and onnx/model.onnx of " + options.hub() + "/" + id
                + " elsewhere, keep them in a folder like that, and give the folder instead of hf:" + id;
    }
}
