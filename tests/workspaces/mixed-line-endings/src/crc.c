unsigned crc32_step(unsigned crc, unsigned char byte);
