package terzi.training.finetune;

/** How often the pictures of each class are seen in one pass; class weights are computed from what is seen. */
public enum Sampling {
    /** Every picture once. */
    PLAIN,
    /** Pictures of the smaller classes are repeated until all classes count the same as the largest. */
    OVER,
    /** Of each class as many pictures as the smallest class has, drawn anew in each epoch. */
    UNDER
}
