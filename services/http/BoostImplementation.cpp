// Asio's and Beast's own functions, compiled once: otherwise every file that includes a header of theirs
// compiles them anew (their SEPARATE_COMPILATION, see "Optional separate compilation" in Asio's and Beast's
// manuals).
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
