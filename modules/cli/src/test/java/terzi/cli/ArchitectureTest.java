package terzi.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import terzi.data.Dataset;

/** The arrows between the modules, and which module may know which library. */
class ArchitectureTest {
    /** For each module, the other modules it may use. A new module needs a line here. */
    private static final Map<String, List<String>> ARROWS = Map.ofEntries(
            Map.entry("files", List.of()),
            Map.entry("onnx", List.of("files")),
            Map.entry("images", List.of("files")),
            Map.entry("data", List.of("files", "images")),
            Map.entry("inference", List.of("files", "images")),
            Map.entry("evaluation", List.of("files", "images")),
            Map.entry("training", List.of("files", "onnx", "images", "data")),
            Map.entry("export", List.of("files", "onnx", "images", "inference")),
            Map.entry("backbones", List.of("files", "onnx", "images")),
            Map.entry("bench", List.of("files", "onnx", "images", "inference", "evaluation", "training", "export")),
            Map.entry(
                    "runs",
                    List.of(
                            "files",
                            "onnx",
                            "images",
                            "data",
                            "inference",
                            "evaluation",
                            "training",
                            "export",
                            "backbones")),
            Map.entry("cli", List.of("files", "data", "evaluation", "backbones", "runs", "bench")));

    /** For each library that modules hide, its packages and those modules; the bench measures the engines themselves. */
    private static final Map<String, List<String>> HIDDEN = Map.of(
            "ai.djl..", List.of("training", "bench"),
            "ai.onnxruntime..", List.of("inference", "bench"),
            "com.google.protobuf..", List.of("onnx.codec"),
            "ai.onnx.proto..", List.of("onnx.codec"),
            "org.HdrHistogram..", List.of("bench"),
            "ch.qos.logback..", List.of("cli"),
            "picocli..", List.of("cli"),
            "me.tongfei..", List.of("cli"),
            "gg.jte..", List.of("evaluation", "bench"));

    private static final JavaClasses TERZI = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("terzi");

    @Test
    void everyModuleOnTheClassPathHasItsArrowsListed() {
        var found = TERZI.stream()
                .map(type -> type.getPackageName().split("\\.", -1)[1])
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(new TreeSet<>(ARROWS.keySet()), found);
    }

    static List<String> modules() {
        return ARROWS.keySet().stream().sorted().toList();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void modulesUseOnlyTheModulesTheirArrowsPointTo(String module) {
        List<String> allowed = new ArrayList<>(ARROWS.get(module));
        allowed.add(module);
        DescribedPredicate<JavaClass> others = resideInAPackage("terzi..")
                .and(DescribedPredicate.not(resideInAnyPackage(
                        allowed.stream().map(name -> "terzi." + name + "..").toArray(String[]::new))));
        noClasses()
                .that()
                .resideInAPackage("terzi." + module + "..")
                .should()
                .dependOnClassesThat(others.as("are in a module that " + module + " has no arrow to"))
                .check(TERZI);
    }

    static List<Map.Entry<String, List<String>>> hiddenLibraries() {
        return HIDDEN.entrySet().stream().sorted(Map.Entry.comparingByKey()).toList();
    }

    @ParameterizedTest
    @MethodSource("hiddenLibraries")
    void aHiddenLibraryIsUsedNowhereElse(Map.Entry<String, List<String>> library) {
        noClasses()
                .that()
                .resideOutsideOfPackages(library.getValue().stream()
                        .map(module -> "terzi." + module + "..")
                        .toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library.getKey())
                .check(TERZI);
    }

    @Test
    void inferenceUsesNothingButTheRuntimeImagesAndTheLoggingInterface() {
        classes()
                .that()
                .resideInAPackage("terzi.inference..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "javax..",
                        "terzi.inference..",
                        "terzi.files..",
                        "terzi.images..",
                        "ai.onnxruntime..",
                        "org.slf4j..",
                        "org.jspecify..")
                .check(TERZI);
    }

    @Test
    void protobufDoesNotShowInThePublicFaceOfTheGraph() {
        TERZI.stream()
                .filter(type -> type.getPackageName().startsWith("terzi.onnx") && isPublic(type))
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
                .forEach(method -> {
                    var types = new ArrayList<>(method.getRawParameterTypes());
                    types.add(method.getRawReturnType());
                    assertTrue(
                            types.stream()
                                    .noneMatch(used -> used.getPackageName().startsWith("com.google.protobuf")
                                            || used.getPackageName().startsWith("ai.onnx.proto")),
                            method.getFullName());
                });
    }

    private static boolean isPublic(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(ArchitectureTest::isPublic).orElse(true);
    }

    @Test
    void librariesNeitherPrintNorExit() {
        ArchRule rule = noClasses()
                .that()
                .resideOutsideOfPackage("terzi.cli..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Throwable.class, "printStackTrace");
        rule.check(TERZI);
    }

    @Test
    void onlyFilesMovesFiles() {
        noClasses()
                .that()
                .resideOutsideOfPackage("terzi.files..")
                .should()
                .callMethod(Files.class, "move", Path.class, Path.class, CopyOption[].class)
                .orShould()
                .accessField(StandardCopyOption.class, "ATOMIC_MOVE")
                .check(TERZI);
    }

    @Test
    void everyDatasetIsWhereTheContractTestSeesIt() {
        classes()
                .that()
                .implement(Dataset.class)
                .should()
                .resideInAPackage("terzi.data")
                .check(TERZI);
    }

    @Test
    void onlyTheMainClassExits() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(Terzi.class.getName())
                .should()
                .callMethod(System.class, "exit", int.class)
                .check(TERZI);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("terzi.(**)").should().beFreeOfCycles().check(TERZI);
    }

    @Test
    void recipesAreReadWithoutAnEngineAndTheCompilerKnowsNeitherRecipesNorRuns() {
        noClasses()
                .that()
                .resideInAPackage("terzi.training.recipe")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "ai.djl..", "terzi.training.torchscript", "terzi.training.run", "terzi.training.finetune")
                .check(TERZI);
        noClasses()
                .that()
                .resideInAnyPackage("terzi.training.torchscript", "terzi.training.run")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("terzi.training.finetune")
                .check(TERZI);
        noClasses()
                .that()
                .resideInAPackage("terzi.training.torchscript")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("terzi.training.recipe", "terzi.training.run")
                .check(TERZI);
    }

    @Test
    void theTerminalKnowsNoCommand() {
        noClasses()
                .that()
                .resideInAPackage("terzi.cli.terminal")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("terzi.cli", "terzi.cli.command")
                .check(TERZI);
    }

    @Test
    void listingTheCommandsLoadsNoEngine() {
        // picocli reads the fields and methods of command classes: what they name is loaded by every --help
        noClasses()
                .that()
                .haveSimpleNameEndingWith("Command")
                .and()
                .resideInAPackage("terzi.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "terzi.training..",
                        "terzi.inference..",
                        "terzi.onnx..",
                        "terzi.export..",
                        "terzi.backbones..",
                        "terzi.bench..")
                .check(TERZI);
    }
}
