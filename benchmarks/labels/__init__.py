"""Labels of real reviews whose texts are not part of this project, and how the reviews were drawn."""
