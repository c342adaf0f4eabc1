"""What runs Djoliba: the embedded launcher, the images, the manifests."""
