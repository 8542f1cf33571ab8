package terzi.training.recipe;

/** How often the images of each class are seen in one pass; class weights are computed from what is seen. */
public enum Sampling {
    /** Every image once. */
    PLAIN,
    /** Images of the smaller classes are repeated until all classes count the same as the largest. */
    OVER,
    /** Of each class as many images as the smallest class has, drawn anew in each epoch. */
    UNDER
}
