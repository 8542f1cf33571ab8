rootProject.name = "finetune-in-java"
