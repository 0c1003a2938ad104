#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"
#include "core/base/encoding/JsonIntegers.h"

#include <QString>

#include <cstddef>
#include <optional>
#include <string>

namespace countersign::cli {

/// Largest input of one command, and of one line of a batch, in bytes. A webhook's body is at most 256 KiB.
inline constexpr std::size_t terminalMaxInput = 1024 * 1024;

/// Standard input, output and error of one command, as file descriptors. Standard output is a contract (JSON,
/// or the plaintext exactly), standard input is foreign and may be endless, and both may carry secrets, which
/// must not lie around in the buffers of iostream or QTextStream.
class Terminal
{
public:
    Terminal(int input, int output, int errors) : m_input(input), m_output(output), m_errors(errors) {}
    ~Terminal();
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    /// One line of compact JSON.
    void print(const Json& json);
    /// Exactly these bytes; nothing is kept of them.
    void write(BytesView bytes);
    /// One line for people.
    void message(const QString& sentence);
    /// The sentence, and the detail behind it where there is one.
    void message(const Error& error);

    /// Everything on standard input. InvalidInput when it is longer than terminalMaxInput, Storage when it
    /// cannot be read.
    Result<SecretBytes> readAll();

    /// The next line without its "\n", else nothing at the end of the input. A line longer than
    /// terminalMaxInput is skipped to its end and reported as InvalidInput. What follows the last "\n" is a
    /// line only if it is not empty.
    std::optional<Result<std::string>> nextLine();

    /// False as soon as something could not be written (full disk, closed pipe), or a batch could not be read
    /// to its end.
    bool isIntact() const { return m_intact; }

private:
    bool fill();

    int m_input;
    int m_output;
    int m_errors;
    bool m_intact = true;
    bool m_ended = false;
    Bytes m_buffer;
    std::size_t m_begin = 0;
    std::size_t m_end = 0;
};

}  // namespace countersign::cli
