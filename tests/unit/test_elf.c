/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of the libraries of programs: a small one that is made here, in many ways. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include <elf.h>
#include <link.h>

#include "shim/host/elf.h"
#include "shim/policy/precedent.h"
#include "shim/policy/runtime_program.h"

#define LIBRARY "libthat.so.2"
#define ADDRESS 0x400000
#define STRINGS "\0" RUNTIME_LIBRARY "\0" LIBRARY "\0/where"
#define OTHER	1
#define THAT	(OTHER + sizeof(RUNTIME_LIBRARY))
#define WHERE	(THAT + sizeof(LIBRARY))

/* All of it, mapped at ADDRESS. */
struct made {
	ElfW(Ehdr) header;
	ElfW(Phdr) parts[2];
	ElfW(Dyn) dynamic[5];
	char strings[sizeof(STRINGS)];
};

static struct made make_elf(void)
{
	struct made program = {
		.header = {.e_type = ET_EXEC,
			   .e_machine = EM_X86_64,
			   .e_phoff = offsetof(struct made, parts),
			   .e_phentsize = sizeof(ElfW(Phdr)),
			   .e_phnum = 2},
		.parts = {{.p_type = PT_LOAD, .p_vaddr = ADDRESS, .p_filesz = sizeof(program)},
			  {.p_type = PT_DYNAMIC,
			   .p_offset = offsetof(struct made, dynamic),
			   .p_filesz = sizeof(program.dynamic)}},
		.dynamic = {{.d_tag = DT_NEEDED, .d_un.d_val = OTHER},
			    {.d_tag = DT_STRTAB,
			     .d_un.d_ptr = ADDRESS + offsetof(struct made, strings)},
			    {.d_tag = DT_NEEDED, .d_un.d_val = THAT}},
		.strings = STRINGS,
	};

	memcpy(program.header.e_ident, ELFMAG, SELFMAG);
	program.header.e_ident[EI_CLASS] = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;
	program.header.e_ident[EI_DATA] =
		__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? ELFDATA2MSB : ELFDATA2LSB;
	return program;
}

/* A file of these bytes, and the path by which it can be opened; close it. */
static int make_file(const void *data, size_t size, char path[32])
{
	int fd = memfd_create("program", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), size);
	(void)snprintf(path, 32, "/proc/self/fd/%d", fd);
	return fd;
}

static bool names(const void *data, size_t size)
{
	char path[32];
	int fd = make_file(data, size, path);
	bool result = elf_names_library(path, LIBRARY);

	assert_int_equal(close(fd), 0);
	return result;
}

static void test_names(void **state)
{
	struct made program = make_elf();

	(void)state;
	assert_true(names(&program, sizeof(program)));
	/* no byte too few is taken for one that does */
	for (size_t size = 0; size < offsetof(struct made, strings) + WHERE; size++)
		assert_false(names(&program, size));
	program.dynamic[2].d_un.d_val = OTHER;
	assert_false(names(&program, sizeof(program)));
	program.dynamic[2].d_tag = DT_NULL;
	program.dynamic[3] = (ElfW(Dyn)){.d_tag = DT_NEEDED, .d_un.d_val = THAT};
	assert_false(names(&program, sizeof(program)));
	program = make_elf();
	program.parts[1].p_type = PT_NOTE; /* a static one */
	assert_false(names(&program, sizeof(program)));
}

/* Where its libraries are looked for is not where others' are. */
static void test_paths(void **state)
{
	static const ElfW(Sxword) tags[] = {DT_RPATH, DT_RUNPATH};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
		struct made program = make_elf();

		program.dynamic[3] = (ElfW(Dyn)){.d_tag = tags[i], .d_un.d_val = WHERE};
		assert_false(names(&program, sizeof(program)));
	}
}

/* Offsets and counts that lead out of the file. */
static void test_damaged(void **state)
{
	struct made program = make_elf();

	(void)state;
	program.header.e_ident[EI_CLASS] ^= ELFCLASS32 ^ ELFCLASS64;
	assert_false(names(&program, sizeof(program)));
	program = make_elf();
	program.header.e_ident[EI_DATA] ^= ELFDATA2LSB ^ ELFDATA2MSB;
	assert_false(names(&program, sizeof(program)));
	program = make_elf();
	program.header.e_phoff = (ElfW(Off)) - 8;
	assert_false(names(&program, sizeof(program)));
	program = make_elf();
	program.parts[1].p_offset = (ElfW(Off)) - 8;
	assert_false(names(&program, sizeof(program)));
	program = make_elf();
	program.parts[1].p_filesz = (ElfW(Xword)) - 1;
	assert_true(names(&program, sizeof(program)));
	program = make_elf();
	program.dynamic[1].d_un.d_ptr = 8;
	assert_false(names(&program, sizeof(program)));
	program = make_elf();
	program.dynamic[2].d_un.d_val = (ElfW(Xword)) - 1;
	assert_false(names(&program, sizeof(program)));
}

static void test_files(void **state)
{
	(void)state;
	assert_false(elf_names_library("/", LIBRARY));
	assert_false(elf_names_library("/dev/null", LIBRARY));
	assert_false(elf_names_library("/proc/self/no-such-file", LIBRARY));
	assert_false(elf_names_library("/proc/self/exe", LIBRARY));
	assert_false(elf_needs_library("/proc/self/exe", LIBRARY));
	assert_true(elf_is("/proc/self/exe"));
	assert_false(elf_is("/proc/self/status"));
	assert_false(elf_is("/"));
}

/*
 * A wrapper without the shared libseccomp (library NULL) remembers nothing of a runtime that uses
 * it: it would not see when it changes.
 */
static void test_precedent(void **state)
{
	struct made program = make_elf();
	struct runtime_program runtime = {.kind = RUNTIME_RUNC, .asked = true, .known = true};
	struct buffer key = {0};
	char path[32];
	int fd = make_file(&program, sizeof(program), path);

	(void)state;
	runtime.path = path;
	assert_int_equal(precedent_add_runtime(&key, &runtime, NULL), -1);
	assert_int_equal(precedent_add_runtime(&key, &runtime, "/proc/self/no-such-file"), -1);
	assert_int_equal(precedent_add_runtime(&key, &runtime, "/proc/self/exe"), 0);
	program.dynamic[0].d_un.d_val = WHERE;
	assert_int_equal(pwrite(fd, &program, sizeof(program), 0), sizeof(program));
	assert_int_equal(precedent_add_runtime(&key, &runtime, NULL), 0);
	/* neither runc nor crun by its name, and it does not say which */
	runtime.known = false;
	assert_int_equal(precedent_add_runtime(&key, &runtime, NULL), -1);
	assert_int_equal(close(fd), 0);
	buffer_free(&key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),	  cmocka_unit_test(test_paths),
		cmocka_unit_test(test_damaged),	  cmocka_unit_test(test_files),
		cmocka_unit_test(test_precedent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
