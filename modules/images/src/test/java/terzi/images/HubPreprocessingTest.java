package terzi.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Configurations of Hugging Face, held against what transformers and timm make of images with them. */
class HubPreprocessingTest {

    /** A line of what {@code benchmarks/peers/hub_preprocessing.py} writes; its drawing is that of {@link ResizeTest}. */
    record Golden(Map<?, ?> json) {
        @Override
        public String toString() {
            return String.valueOf(json.get("name"));
        }

        Preprocessing preprocessing() throws IOException {
            return HubConfig.preprocessing(name -> Optional.ofNullable((Map<?, ?>) json.get(name)))
                    .orElseThrow()
                    .preprocessing();
        }

        List<Map<?, ?>> answers() {
            return objects(json.get("answers"));
        }
    }

    static Stream<Golden> goldens() throws IOException {
        try (InputStream stream = HubPreprocessingTest.class.getResourceAsStream("hub.jsonl")) {
            return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> new Golden(JsonText.object(line)));
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void imagesBecomeTheTensorsThatTransformersMakes(Golden golden) throws IOException {
        Preprocessing preprocessing = golden.preprocessing();
        assertEquals(7, golden.answers().size());
        for (Map<?, ?> answer : golden.answers()) {
            List<?> size = (List<?>) answer.get("image");
            Image image = ResizeTest.drawn(integer(size.get(0)), integer(size.get(1)), integer(size.get(2)));
            float[] ours = preprocessing.tensor(image);
            List<?> shape = (List<?>) answer.get("shape");
            assertEquals(List.of(3, preprocessing.height(), preprocessing.width()), integers(shape));
            int area = preprocessing.height() * preprocessing.width();
            double[] means = new double[3];
            for (int i = 0; i < ours.length; i++) {
                means[i / area] += ours[i] / (double) area;
            }
            for (int c = 0; c < 3; c++) {
                double expected = number(((List<?>) answer.get("means")).get(c));
                assertEquals(expected, means[c], 0.2 * level(preprocessing, c), golden + " " + size + ": channel " + c);
            }
            List<?> values = (List<?>) answer.get("values");
            for (int k = 0; k < values.size(); k++) {
                int i = (int) ((k * 1_000_003L + 17L * k * k) % ours.length);
                double allowed = 1.01 * level(preprocessing, i / area);
                assertEquals(number(values.get(k)), ours[i], allowed, golden + " " + size + ": value " + i);
            }
        }
    }

    /** What one step of 255 is after normalisation. */
    private static double level(Preprocessing preprocessing, int channel) {
        return preprocessing.scale() / preprocessing.std().get(channel);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'image_processor_type':'PerceiverImageProcessor'} | steps of the image processor 'PerceiverImageProcessor'",
                "{'image_processor_type':'ImageGPTImageProcessor'} | steps of the image processor 'ImageGPTImageProcessor'",
                "{'image_processor_type':'ViT'} | steps of the image processor 'ViT' are not known",
                "{'size':224} | names no image_processor_type, and config.json no model_type",
                "{'image_processor_type':'CLIPImageProcessor','do_center_crop':false} | every image has another size",
                "{'image_processor_type':'CLIPImageProcessor','do_resize':false} | do_resize is false",
                "{'image_processor_type':'CLIPImageProcessor','size':{'shortest_edge':200}} | fills up to 224 x 224",
                "{'image_processor_type':'CLIPImageProcessor','size':{'longest_edge':224}} | limits the size by longest_edge",
                "{'image_processor_type':'DeiTImageProcessor','size':{'height':256,'width':320}} | stretches to 320 x 256 and then",
                "{'image_processor_type':'ViTImageProcessor','size':{'shortest_edge':224}} | size.height: expected a positive",
                "{'image_processor_type':'ViTImageProcessor','size':0} | size: expected a positive size, found 0",
                "{'image_processor_type':'ViTImageProcessor','resample':7} | resample: expected a filter of PIL, 0 to 5",
                "{'image_processor_type':'ViTImageProcessorFast','resample':1} | torchvision does not have for tensors",
                "{'image_processor_type':'ViTImageProcessor','image_mean':['a']} | image_mean: expected numbers, found a",
                "{'image_processor_type':'ViTImageProcessor','image_std':[0,1,1]} | positive std",
                "{'image_processor_type':'ViTImageProcessor','do_normalize':'no'} | do_normalize: expected true or false",
                "{'image_processor_type':'ConvNextImageProcessor','size':{'height':9,'width':9}} | needs size.shortest_edge",
                "{'image_processor_type':'DINOv3ViTImageProcessorFast','resample':3} | overshoots",
            })
    void whatCannotBeDoneIsRefusedByName(String json, String expected) {
        Map<?, ?> preprocessor = JsonText.object(json.replace('\'', '"'));
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> HubConfig.preprocessing(preprocessor, Map.of()));
        assertTrue(refused.getMessage().contains(expected), refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'crop_mode':'border'} | crop_mode border fills images up",
                "{'input_size':[1,28,28]} | has 1 channels",
                "{'input_size':[3,224,320]} | is cut from another rectangle",
                "{'crop_pct':1.2} | crop_pct 1.2 fills images up",
                "{'interpolation':'random'} | interpolation: expected one of [bicubic",
                "{'input_size':224} | input_size: expected [channels, height, width], found 224",
            })
    void whatTimmDoesAndCannotBeDoneIsRefusedByName(String json, String expected) {
        Map<?, ?> timm = JsonText.object(json.replace('\'', '"'));
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> HubConfig.preprocessing(files(Map.of("config.json", Map.of("pretrained_cfg", timm)))));
        assertTrue(refused.getMessage().startsWith("config.json: "), refused.getMessage());
        assertTrue(refused.getMessage().contains(expected), refused.getMessage());
    }

    @Test
    void theNewerFileIsReadBeforeTheOlderOne() throws IOException {
        Map<?, ?> newer = JsonText.object(
                "{\"image_processor\":{\"image_processor_type\":\"SiglipImageProcessor\",\"size\":{\"height\":96,\"width\":80}}}");
        Map<?, ?> older = JsonText.object("{\"image_processor_type\":\"ViTImageProcessor\"}");
        Preprocessing preprocessing = HubConfig.preprocessing(
                        files(Map.of("processor_config.json", newer, "preprocessor_config.json", older)))
                .orElseThrow()
                .preprocessing();
        assertEquals(new Preprocessing.Size(80, 96), preprocessing.resized(10, 10));
        assertEquals(Filter.CUBIC, preprocessing.filter());
        assertFalse(HubConfig.preprocessing(files(Map.of("config.json", Map.of("model_type", "vit"))))
                .isPresent());
    }

    @Test
    void whatDiffersALittleIsSaid() {
        Map<?, ?> floats = Map.of("image_processor_type", "DINOv3ViTImageProcessorFast");
        String remark = HubConfig.preprocessing(floats, Map.of()).remarks().toString();
        assertTrue(remark.contains("values differ by up to 1 of 255"), remark);
        Map<?, ?> beit = Map.of("image_processor_type", "BeitImageProcessor");
        assertTrue(HubConfig.preprocessing(beit, Map.of()).remarks().toString().contains("transformers 5 than in 4"));
        Map<?, ?> cropped = Map.of("image_processor_type", "ViTImageProcessor", "do_center_crop", true);
        remark = HubConfig.preprocessing(cropped, Map.of()).remarks().toString();
        assertTrue(remark.contains("with do_center_crop it does in 5"), remark);
        Map<?, ?> vit = Map.of("image_processor_type", "ViTImageProcessor");
        assertEquals(List.of(), HubConfig.preprocessing(vit, Map.of()).remarks());
    }

    @Test
    void labelsOfTimmAreRead() {
        assertEquals(
                List.of("cat (0)", "dog", "cat (2)"),
                HubConfig.labels(Map.of("label_names", List.of("cat", "dog", "cat"))));
    }

    private static HubConfig.Files files(Map<String, Map<?, ?>> files) {
        return name -> Optional.ofNullable(files.get(name));
    }

    private static List<Map<?, ?>> objects(Object list) {
        return ((List<?>) list).stream().<Map<?, ?>>map(Map.class::cast).toList();
    }

    private static List<Integer> integers(List<?> list) {
        return list.stream().map(HubPreprocessingTest::integer).toList();
    }

    private static int integer(Object number) {
        return (int) number(number);
    }

    private static double number(Object number) {
        return ((Number) number).doubleValue();
    }
}
