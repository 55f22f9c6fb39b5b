"""Port `Sandbox`: boxes in which the project's own tests run and cannot get out, by what a place has to make them."""
