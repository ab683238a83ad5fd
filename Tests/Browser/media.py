"""Files that browsers show, made here: pictures of any size, fonts of any width, sounds of any length."""

import io
import struct
import wave
import zlib


def png(width, height=1):
    """A black picture."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = (b"\0" + bytes(width)) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def svg(width):
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="1"><symbol id="s"><rect width="{width}" height="1"/></symbol></svg>'


def sound(seconds):
    """Silence as WAV."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(1)
        writer.setframerate(8000)
        writer.writeframes(b"\x80" * 8000 * seconds)
    return file.getvalue()


def font(width):
    """A TrueType font (OpenType 1.9) whose every character is an empty box, `width` thousandths of an em wide."""
    glyphs = struct.pack(">hhhhh", 0, 0, 0, 0, 0) + bytes(2)  # an outline without contours
    cmap = struct.pack(">HHHHI", 0, 1, 3, 10, 12) + struct.pack(">HHIIIIII", 13, 0, 28, 0, 1, 0x20, 0x10FFFF, 1)
    os2 = struct.pack(">HhHHH", 4, width, 400, 5, 0) + bytes(22) + bytes(10) + bytes(16) + b"TEST"
    os2 += struct.pack(">HHHhhhHH", 0x40, 0x20, 0xFFFF, 800, -200, 0, 800, 200) + bytes(8) + struct.pack(">hhHHH", 500, 700, 0, 0x20, 1)
    names = ["Test", "Regular", "Test Regular", "Test"]
    texts = [name.encode("utf-16-be") for name in names]
    records, at = b"", 0
    for identifier, text in zip((1, 2, 4, 6), texts):
        records += struct.pack(">HHHHHH", 3, 1, 0x409, identifier, len(text), at)
        at += len(text)
    tables = {
        b"OS/2": os2,
        b"cmap": cmap,
        b"glyf": glyphs,
        b"head": struct.pack(">IIIIHHQQhhhhHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0, 1000, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0),
        b"hhea": struct.pack(">IhhhHhhhhhhhhhhhH", 0x10000, 800, -200, 0, width, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1),
        b"hmtx": struct.pack(">Hhh", width, 0, 0),
        b"loca": struct.pack(">HHH", 0, 0, len(glyphs) // 2),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x10000, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0),
        b"name": struct.pack(">HHH", 0, len(texts), 6 + len(records)) + records + b"".join(texts),
        b"post": struct.pack(">IIhhIIIII", 0x30000, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    directory = struct.pack(">IHHHH", 0x10000, len(tables), 128, 3, len(tables) * 16 - 128)
    offset = 12 + 16 * len(tables)
    body = b""
    for tag, data in tables.items():
        padded = data + bytes(-len(data) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        directory += struct.pack(">4sIII", tag, total, offset + len(body), len(data))
        body += padded
    return directory + body
