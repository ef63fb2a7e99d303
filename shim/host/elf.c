/* SPDX-License-Identifier: Apache-2.0 */
/* Reads untrusted ELF files (elf(5)): every offset is checked against the file's size. */
#include <config.h>

#include "shim/host/elf.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SELF "/proc/self/exe"

struct image {
	const unsigned char *data;
	size_t size;
};

/* Copies the bytes at an offset; false if they are not all in the file. */
static bool elf_read_at(const struct image *image, uint64_t offset, void *to, size_t size)
{
	if (offset > image->size || image->size - offset < size)
		return false;
	memcpy(to, image->data + offset, size);
	return true;
}

/* The file's offset of an address that a program header maps; false if none does. */
static bool elf_find_address(const struct image *image, const ElfW(Ehdr) * header, uint64_t address,
			     uint64_t *offset)
{
	ElfW(Phdr) part;

	for (unsigned i = 0; i < header->e_phnum; i++) {
		if (!elf_read_at(image, header->e_phoff + (uint64_t)i * sizeof(part), &part,
				 sizeof(part)))
			return false;
		if (part.p_type != PT_LOAD || address < part.p_vaddr ||
		    address - part.p_vaddr >= part.p_filesz)
			continue;
		*offset = address - part.p_vaddr + part.p_offset;
		return true;
	}
	return false;
}

static bool elf_text_is(const struct image *image, uint64_t offset, const char *text)
{
	size_t length = strlen(text) + 1;

	return offset <= image->size && image->size - offset >= length &&
	       memcmp(image->data + offset, text, length) == 0;
}

/* The dynamic section, of entries of one size; false if the program has none. */
static bool elf_find_dynamic(const struct image *image, const ElfW(Ehdr) * header,
			     ElfW(Phdr) * part)
{
	for (unsigned i = 0; i < header->e_phnum; i++)
		if (elf_read_at(image, header->e_phoff + (uint64_t)i * sizeof(*part), part,
				sizeof(*part)) &&
		    part->p_type == PT_DYNAMIC)
			return true;
	return false;
}

static bool elf_header_is_ours(const ElfW(Ehdr) * header)
{
	const unsigned char class = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;
	const unsigned char order =
		__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? ELFDATA2MSB : ELFDATA2LSB;

	return memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 &&
	       header->e_ident[EI_CLASS] == class && header->e_ident[EI_DATA] == order &&
	       header->e_phentsize == sizeof(ElfW(Phdr));
}

/* The entry of the dynamic section; false behind its end. */
static bool elf_dynamic_at(const struct image *image, const ElfW(Phdr) * part, size_t index,
			   ElfW(Dyn) * entry)
{
	return index < part->p_filesz / sizeof(*entry) &&
	       elf_read_at(image, part->p_offset + (uint64_t)index * sizeof(*entry), entry,
			   sizeof(*entry)) &&
	       entry->d_tag != DT_NULL;
}

static bool elf_find_strings(const struct image *image, const ElfW(Ehdr) * header,
			     const ElfW(Phdr) * part, uint64_t *strings)
{
	ElfW(Dyn) entry;

	for (size_t i = 0; elf_dynamic_at(image, part, i, &entry); i++)
		if (entry.d_tag == DT_STRTAB)
			return elf_find_address(image, header, entry.d_un.d_ptr, strings);
	return false;
}

/*
 * The file's e_machine, if it needs the library and names no place where to search first; else 0.
 */
static unsigned elf_image_needs(const struct image *image, const char *library)
{
	ElfW(Ehdr) header;
	ElfW(Phdr) part;
	ElfW(Dyn) entry;
	uint64_t strings;
	bool needs = false;

	if (!elf_read_at(image, 0, &header, sizeof(header)) || !elf_header_is_ours(&header) ||
	    !elf_find_dynamic(image, &header, &part) ||
	    !elf_find_strings(image, &header, &part, &strings))
		return 0;
	for (size_t i = 0; elf_dynamic_at(image, &part, i, &entry); i++) {
		if (entry.d_tag == DT_RPATH || entry.d_tag == DT_RUNPATH)
			return 0;
		needs |= entry.d_tag == DT_NEEDED &&
			 elf_text_is(image, strings + entry.d_un.d_val, library);
	}
	return needs ? header.e_machine : 0;
}

static unsigned elf_file_needs(const char *path, const char *library)
{
	CLEANUP(cleanup_close) int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct image image;
	struct stat status;
	unsigned machine;
	void *data;

	if (fd < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size <= 0)
		return 0;
	data = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		return 0;
	image = (struct image){data, (size_t)status.st_size};
	machine = elf_image_needs(&image, library);
	(void)munmap(data, image.size); /* a failure leaves nothing to do */
	return machine;
}

bool elf_names_library(const char *path, const char *library)
{
	return elf_file_needs(path, library) != 0;
}

bool elf_needs_library(const char *path, const char *library)
{
	unsigned machine = elf_file_needs(path, library);

	return machine != 0 && machine == elf_file_needs(SELF, library);
}

bool elf_is(const char *path)
{
	CLEANUP(cleanup_close) int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char magic[SELFMAG];

	return fd >= 0 && read(fd, magic, sizeof(magic)) == (ssize_t)sizeof(magic) &&
	       memcmp(magic, ELFMAG, SELFMAG) == 0;
}
