#pragma once

#include <QtGlobal>

#include <unistd.h>

#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace countersign::testing {

/// A pipe into which pieces of text are written while a test reads from it: it holds 64 KiB, and whoever
/// reads gets them one by one.
class Pipe
{
public:
    explicit Pipe(std::vector<std::string> pieces)
    {
        int ends[2] = {-1, -1};
        if (::pipe(ends) != 0) {
            qFatal("no pipe");
        }
        m_input = ends[0];
        m_writer = std::thread([end = ends[1], written = std::move(pieces)] {
            for (const std::string& piece : written) {
                if (!writeAll(end, piece)) {
                    break;
                }
            }
            ::close(end);
        });
    }
    ~Pipe()
    {
        ::close(m_input);
        m_writer.join();
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    Pipe(Pipe&&) = delete;
    Pipe& operator=(Pipe&&) = delete;

    int input() const { return m_input; }
    /// As a shell's <(…) names it.
    std::string path() const { return "/dev/fd/" + std::to_string(m_input); }

private:
    static bool writeAll(int end, std::string_view text)
    {
        while (!text.empty()) {
            const ssize_t count = ::write(end, text.data(), text.size());
            if (count <= 0) {
                return false;
            }
            text.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }

    int m_input = -1;
    std::thread m_writer;
};

}  // namespace countersign::testing
