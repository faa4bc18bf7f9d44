/* Generic regions of JBIG2, coded without loss (ITU-T T.88 | ISO/IEC 14492, 6.2 and Annex E):
 * template 0 with its nominal adaptive pixels, typical prediction, arithmetic coding.
 *
 * Rows are kept as they come, eight pixels a byte, the leftmost in the highest bit, 1 for black. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- The arithmetic encoder (Annex E.2); the names of its registers are the standard's. ---- */

#define CONTEXTS 65536 /* 16 pixels of template 0 */

typedef struct {
    uint16_t qe; /* Qe: how probable the less probable symbol is */
    uint8_t nmps, nlps; /* the next row after either symbol */
    uint8_t switches; /* whether the two change roles */
} Probability;

/* Table E.1. */
static const Probability TABLE[] = {
    {0x5601, 1, 1, 1},    {0x3401, 2, 6, 0},    {0x1801, 3, 9, 0},    {0x0AC1, 4, 12, 0},
    {0x0521, 5, 29, 0},   {0x0221, 38, 33, 0},  {0x5601, 7, 6, 1},    {0x5401, 8, 14, 0},
    {0x4801, 9, 14, 0},   {0x3801, 10, 14, 0},  {0x3001, 11, 17, 0},  {0x2401, 12, 18, 0},
    {0x1C01, 13, 20, 0},  {0x1601, 29, 21, 0},  {0x5601, 15, 14, 1},  {0x5401, 16, 14, 0},
    {0x5101, 17, 15, 0},  {0x4801, 18, 16, 0},  {0x3801, 19, 17, 0},  {0x3401, 20, 18, 0},
    {0x3001, 21, 19, 0},  {0x2801, 22, 19, 0},  {0x2401, 23, 20, 0},  {0x2201, 24, 21, 0},
    {0x1C01, 25, 22, 0},  {0x1801, 26, 23, 0},  {0x1601, 27, 24, 0},  {0x1401, 28, 25, 0},
    {0x1201, 29, 26, 0},  {0x1101, 30, 27, 0},  {0x0AC1, 31, 28, 0},  {0x09C1, 32, 29, 0},
    {0x08A1, 33, 30, 0},  {0x0521, 34, 31, 0},  {0x0441, 35, 32, 0},  {0x02A1, 36, 33, 0},
    {0x0221, 37, 34, 0},  {0x0141, 38, 35, 0},  {0x0111, 39, 36, 0},  {0x0085, 40, 37, 0},
    {0x0049, 41, 38, 0},  {0x0025, 42, 39, 0},  {0x0015, 43, 40, 0},  {0x0009, 44, 41, 0},
    {0x0005, 45, 42, 0},  {0x0001, 45, 43, 0},  {0x5601, 46, 46, 0},
};

typedef struct {
    uint32_t a, c; /* the interval: its size, and its base with the bits still to be written */
    int ct;        /* shifts until the next byte is complete */
    uint8_t *bytes; /* the output; byte 0 is the one before the first, which the encoder looks at too */
    size_t last, capacity; /* index of B, the byte that a carry may still change */
    int out_of_memory;     /* once set, nothing more is written */
    uint8_t index[CONTEXTS]; /* I(CX) */
    uint8_t mps[CONTEXTS];   /* MPS(CX) */
} Encoder;

static int
encoder_init(Encoder *e, size_t capacity)
{
    memset(e, 0, sizeof *e);
    e->a = 0x8000;
    e->ct = 12;
    e->capacity = capacity;
    e->bytes = malloc(capacity);
    if (e->bytes == NULL) {
        return -1;
    }
    e->bytes[0] = 0;
    return 0;
}

/* BP = BP + 1, B = byte. */
static void
append(Encoder *e, uint8_t byte)
{
    if (e->last + 1 == e->capacity) {
        uint8_t *larger =
            e->capacity <= SIZE_MAX / 2 ? realloc(e->bytes, 2 * e->capacity) : NULL;
        if (larger == NULL) {
            e->out_of_memory = 1;
            return;
        }
        e->bytes = larger;
        e->capacity *= 2;
    }
    e->bytes[++e->last] = byte;
}

/* BYTEOUT (figure E.8): after a byte of ones, one bit is left free for a carry. */
static void
byte_out(Encoder *e)
{
    if (e->bytes[e->last] != 0xFF && e->c >= 0x8000000) {
        e->bytes[e->last]++;
        e->c &= 0x7FFFFFF;
    }
    if (e->bytes[e->last] == 0xFF) {
        append(e, (uint8_t)(e->c >> 20));
        e->c &= 0xFFFFF;
        e->ct = 7;
    }
    else {
        append(e, (uint8_t)(e->c >> 19));
        e->c &= 0x7FFFF;
        e->ct = 8;
    }
}

/* RENORME (figure E.7). */
static void
renormalize(Encoder *e)
{
    do {
        e->a <<= 1;
        e->c <<= 1;
        if (--e->ct == 0) {
            byte_out(e);
        }
    } while ((e->a & 0x8000) == 0);
}

/* ENCODE (figures E.4 to E.6): the symbol d, 0 or 1, in the context cx. */
static inline void
encode(Encoder *e, uint32_t cx, uint32_t d)
{
    const Probability *p = &TABLE[e->index[cx]];
    e->a -= p->qe;
    if (d == e->mps[cx]) { /* CODEMPS */
        if (e->a & 0x8000) {
            e->c += p->qe;
            return;
        }
        if (e->a < p->qe) {
            e->a = p->qe;
        }
        else {
            e->c += p->qe;
        }
        e->index[cx] = p->nmps;
    }
    else { /* CODELPS */
        if (e->a < p->qe) {
            e->c += p->qe;
        }
        else {
            e->a = p->qe;
        }
        e->mps[cx] ^= p->switches;
        e->index[cx] = p->nlps;
    }
    renormalize(e);
}

/* As many symbols 0 in the context 0, which is what most of a page is.  While the interval need not be
 * renormalized, each of them does the same to the registers, so that they can be taken together. */
static void
encode_white(Encoder *e, uint64_t pixels)
{
    while (pixels > 0) {
        if (e->mps[0] == 0) {
            uint32_t qe = TABLE[e->index[0]].qe;
            uint64_t together = (e->a - 0x8000) / qe;
            if (together > pixels) {
                together = pixels;
            }
            e->a -= (uint32_t)together * qe;
            e->c += (uint32_t)together * qe;
            pixels -= together;
            if (pixels == 0) {
                return;
            }
        }
        encode(e, 0, 0);
        pixels--;
    }
}

/* FLUSH (figures E.10 and E.11). */
static void
flush(Encoder *e)
{
    uint32_t end = e->c + e->a;
    e->c |= 0xFFFF;
    if (e->c >= end) {
        e->c -= 0x8000;
    }
    e->c <<= e->ct;
    byte_out(e);
    e->c <<= e->ct;
    byte_out(e);
    if (e->bytes[e->last] != 0xFF) {
        append(e, 0xFF);
    }
    append(e, 0xAC);
}

/* ---- The generic region (6.2.5). ---- */

#define SLTP_CONTEXT 0x9B25 /* figure 8: the context that tells whether a row is typical */

/* One row.  The context of the pixel x is, from its highest bit: x - 2 to x + 2 two rows above, x - 3 to
 * x + 3 one row above, x - 4 to x - 1 (figure 3).  All rows have a byte of zeros behind their end. */
static void
encode_row(Encoder *e, const uint8_t *above2, const uint8_t *above, const uint8_t *row, size_t width)
{
    /* The byte with the pixel x, with what is left of it, and in the rows above what is right of it. */
    uint32_t two_above = above2[0], one_above = above[0], here = 0;
    uint64_t white = 0;
    for (size_t x = 0, i = 0; x < width; x += 8, i++) {
        unsigned pixels = width - x < 8 ? (unsigned)(width - x) : 8;
        two_above = two_above << 8 | above2[i + 1];
        one_above = one_above << 8 | above[i + 1];
        here = here << 8 | row[i];
        if ((two_above & 0x3FFC0) == 0 && (one_above & 0x7FFE0) == 0 && (here & 0xFFF) == 0) {
            white += pixels;
            continue;
        }
        encode_white(e, white);
        white = 0;
        for (unsigned k = 0; k < pixels; k++) {
            uint32_t cx = (two_above >> (13 - k) & 0x1F) << 11 | (one_above >> (12 - k) & 0x7F) << 4
                          | (here >> (8 - k) & 0xF);
            encode(e, cx, here >> (7 - k) & 1);
        }
    }
    encode_white(e, white);
}

/* All rows of the bitmap; `rows` has room for three of them, each with a byte more, all zero. */
static void
encode_bitmap(Encoder *e, const uint8_t *bitmap, size_t width, size_t height, uint8_t *rows)
{
    size_t stride = (width + 7) / 8;
    uint8_t last_byte = (uint8_t)(0xFF << (stride * 8 - width));
    uint8_t *above2 = rows, *above = above2 + stride + 1, *row = above + stride + 1;
    uint32_t was_typical = 0;
    for (size_t y = 0; y < height && !e->out_of_memory; y++) {
        memcpy(row, bitmap + y * stride, stride);
        row[stride - 1] &= last_byte;
        uint32_t typical = memcmp(row, above, stride) == 0;
        encode(e, SLTP_CONTEXT, typical ^ was_typical);
        was_typical = typical;
        if (!typical) {
            encode_row(e, above2, above, row, width);
        }
        uint8_t *next = above2;
        above2 = above;
        above = row;
        row = next;
    }
    flush(e);
}

/* ---- The module. ---- */

static PyObject *
encode_generic_region(PyObject *module, PyObject *args)
{
    Py_buffer bitmap;
    int width, height;
    PyObject *result = NULL;
    (void)module;

    if (!PyArg_ParseTuple(args, "y*ii:encode_generic_region", &bitmap, &width, &height)) {
        return NULL;
    }
    if (width < 1 || height < 1) {
        PyErr_SetString(PyExc_ValueError, "a bitmap has at least one row and one column");
        goto release;
    }
    size_t stride = ((size_t)width + 7) / 8;
    if ((size_t)bitmap.len / stride != (size_t)height || (size_t)bitmap.len % stride != 0) {
        PyErr_Format(PyExc_ValueError, "%zd bytes are not %d rows of %zu", bitmap.len, height, stride);
        goto release;
    }
    Encoder *encoder = malloc(sizeof *encoder);
    uint8_t *rows = calloc(3, stride + 1);
    if (encoder == NULL || rows == NULL || encoder_init(encoder, 4096) < 0) {
        PyErr_NoMemory();
        goto cleanup;
    }
    Py_BEGIN_ALLOW_THREADS
    encode_bitmap(encoder, bitmap.buf, (size_t)width, (size_t)height, rows);
    Py_END_ALLOW_THREADS
    if (encoder->out_of_memory) {
        PyErr_NoMemory();
    }
    else {
        result = PyBytes_FromStringAndSize((const char *)encoder->bytes + 1, (Py_ssize_t)encoder->last);
    }
    free(encoder->bytes);
cleanup:
    free(rows);
    free(encoder);
release:
    PyBuffer_Release(&bitmap);
    return result;
}

static PyMethodDef methods[] = {
    {"encode_generic_region", encode_generic_region, METH_VARARGS,
     "encode_generic_region(bitmap, width, height, /)\n--\n\n"
     "The coded data of a generic region: template 0, typical prediction."},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {{0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "pdfpipe.codecs._jbig2",
    .m_doc = "Lossless JBIG2.",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit__jbig2(void)
{
    return PyModuleDef_Init(&definition);
}
