"""PP-OCR: networks that find lines and read them, from images alone.

The models come with the package rapidocr; what is around the networks is here, because its own words
and confidences cannot be trusted (the score of a word is that of another character) and its images
are shrunk without a word.
"""
