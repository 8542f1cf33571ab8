plugins {
    application
}

repositories {
    mavenLocal() // until Terzi is published
    mavenCentral()
}

dependencies {
    implementation("io.github.terzi:terzi-runs:0.1.0-SNAPSHOT")
    testImplementation("org.junit.jupiter:junit-jupiter:6.1.3")
    testRuntimeOnly("org.junit.platform:junit-platform-launcher")
}

java {
    toolchain.languageVersion = JavaLanguageVersion.of(17)
}

application {
    mainClass = "terzi.samples.finetune.FineTuneFolder"
}

tasks.test {
    useJUnitPlatform()
}
