// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// What is known of the things pickles import. Everything else is suspicious.
enum ImportRatings {
    /// Modules of which nothing belongs into a checkpoint, with all that is below them.
    static let dangerousModules: Set<String> = [
        "aiohttp", "asyncio", "bdb", "cProfile", "cloudpickle", "code", "codeop", "commands", "concurrent", "ctypes",
        "cffi", "dill", "distutils", "doctest", "ensurepip", "faulthandler", "fileinput", "ftplib", "gc", "glob",
        "http", "httplib", "httpx", "idlelib", "imp", "importlib", "inspect", "lib2to3", "linecache", "logging",
        "marshal", "mmap", "multiprocessing", "nt", "ntpath", "os", "pdb", "pickle", "_pickle", "cPickle", "pip",
        "pkg_resources", "pkgutil", "platform", "poplib", "posix", "posixpath", "profile", "pty", "pydoc", "pyexpat",
        "requests", "rlcompleter", "runpy", "setuptools", "shelve", "shlex", "shutil", "signal", "site", "smtplib",
        "socket", "_socket", "socketserver", "sqlite3", "ssl", "subprocess", "_posixsubprocess", "sys", "sysconfig",
        "telnetlib", "tempfile", "test", "threading", "_thread", "timeit", "trace", "tracemalloc", "types", "unittest",
        "urllib", "urllib2", "urllib3", "venv", "webbrowser", "winreg", "xmlrpc", "zipimport", "torch.hub",
        "torch.utils.cpp_extension", "torch.utils.bottleneck", "torch._inductor", "torch._dynamo",
        "torch.distributed", "torch.jit", "torch.package", "numpy.f2py", "numpy.testing", "numpy.distutils",
        "fsspec", "huggingface_hub",
    ]

    static let dangerous: Set<String> = both([
        "__import__", "apply", "breakpoint", "compile", "delattr", "dir", "eval", "exec", "execfile", "exit", "file",
        "getattr", "globals", "hasattr", "help", "input", "locals", "open", "print", "quit", "reload", "setattr",
        "type", "vars", "map", "filter", "super", "staticmethod", "classmethod", "property", "memoryview",
    ]).union([
        "_io.open", "_io.FileIO", "io.open", "io.FileIO", "codecs.open", "_codecs.lookup", "functools.partial",
        "functools.reduce", "functools.partialmethod", "operator.attrgetter", "operator.itemgetter",
        "operator.methodcaller", "_operator.attrgetter", "_operator.itemgetter", "_operator.methodcaller",
        "itertools.starmap", "numpy.load", "numpy.fromfile", "numpy.save", "numpy.savetxt", "numpy.loadtxt",
        "numpy.genfromtxt", "numpy.memmap", "joblib.load", "joblib.numpy_pickle.load", "pandas.read_pickle",
        "pandas.io.pickle.read_pickle", "pandas.eval", "torch.load", "torch.save", "torch.serialization.load",
        "torch.serialization.save", "torch.storage._load_from_bytes", "torch._utils_internal.get_source_lines",
        "keras.models.load_model", "tensorflow.io.read_file", "tensorflow.io.write_file", "yaml.load",
        "yaml.unsafe_load", "copyreg.add_extension", "pathlib.Path.unlink", "_ctypes.dlopen",
    ])

    static let innocuous: Set<String> = both([
        "set", "frozenset", "dict", "list", "tuple", "int", "long", "float", "complex", "str", "unicode", "bytes",
        "bytearray", "bool", "object", "slice", "range", "xrange", "NoneType",
    ]).union([
        "collections.OrderedDict", "collections.defaultdict", "collections.Counter", "collections.deque",
        "copyreg._reconstructor", "copy_reg._reconstructor", "_codecs.encode", "argparse.Namespace",
        "datetime.datetime", "datetime.date", "datetime.time", "datetime.timedelta", "datetime.timezone",
        "decimal.Decimal", "fractions.Fraction", "uuid.UUID", "array.array", "array._array_reconstructor",
        "pathlib.PosixPath", "pathlib.WindowsPath", "pathlib.PurePosixPath", "pathlib.PureWindowsPath", "pathlib.Path",
        "pathlib._local.PosixPath", "pathlib._local.WindowsPath", "numpy.ndarray", "numpy.dtype",
        "numpy.core.multiarray._reconstruct", "numpy.core.multiarray.scalar", "numpy._core.multiarray._reconstruct",
        "numpy._core.multiarray.scalar", "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer",
        "numpy.random._pickle.__randomstate_ctor", "numpy.random._pickle.__generator_ctor",
        "numpy.random._pickle.__bit_generator_ctor", "numpy.random._mt19937.MT19937", "numpy.random._pcg64.PCG64",
        "torch.Size", "torch.device", "torch.Tensor", "torch.Generator", "torch.storage.TypedStorage",
        "torch.storage.UntypedStorage", "torch.storage._TypedStorage", "torch.nn.parameter.Parameter",
        "torch.nn.parameter.Buffer", "torch.nn.modules.container.ParameterDict", "torch.serialization._get_layout",
        "torch._tensor._rebuild_from_type_v2", "torch._C._nn.gelu", "torch.float", "torch.float16", "torch.float32",
        "torch.float64", "torch.half", "torch.double", "torch.bfloat16", "torch.int8", "torch.int16", "torch.int32",
        "torch.int64", "torch.uint8", "torch.uint16", "torch.uint32", "torch.uint64", "torch.long", "torch.bool",
        "torch.complex64", "torch.complex128", "torch.float8_e4m3fn", "torch.float8_e5m2", "torch.per_channel_affine",
        "torch.per_tensor_affine", "torch.strided", "torch.sparse_coo",
    ])

    /// By module: what a name may end with.
    static let innocuousSuffixes: [String: [String]] = [
        "torch": ["Storage"], "torch.cuda": ["Storage", "Tensor"], "numpy.dtypes": ["DType"],
    ]
    /// By module: what a name may begin with.
    static let innocuousPrefixes: [String: [String]] = [
        "torch._utils": ["_rebuild_"], "numpy": ["int", "uint", "float", "complex", "bool", "str_", "bytes_"],
    ]

    /// The same names of Python 3's and Python 2's built-ins.
    private static func both(_ names: [String]) -> Set<String> {
        Set(["builtins", "__builtin__", "__builtins__"].flatMap { module in names.map { "\(module).\($0)" } })
    }
}
