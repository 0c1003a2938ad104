#pragma once

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace countersign::testing {

/// Fault injection into system calls (seccomp filters): the kernel itself makes chosen system calls of a
/// child process fail, or ends the process where it makes one. What a full disk, a quota or a file server
/// without locks answer is hard to have and easy to say. To be made before the child is started and installed
/// in it.
class SyscallFaults
{
public:
    /// The calls of this number fail with an errno, with `argument` only those whose argument has that value.
    SyscallFaults& fail(long number, int error, int argument = -1, std::uint32_t value = 0)
    {
        return add(number, SECCOMP_RET_ERRNO | (static_cast<std::uint32_t>(error) & SECCOMP_RET_DATA),
                   argument, value);
    }
    /// The first such call ends the process as SIGKILL would: nothing is cleaned up.
    SyscallFaults& kill(long number) { return add(number, SECCOMP_RET_KILL_PROCESS, -1, 0); }

    /// POSIX locks cannot be had, as on a network file system without a lock service.
    static SyscallFaults noLocks()
    {
        SyscallFaults faults;
        for (const std::uint32_t command : {5U, 6U, 7U, 36U, 37U, 38U}) {  // F_GETLK … F_OFD_SETLKW
            faults.fail(SYS_fcntl, ENOLCK, 1, command);
        }
        return faults.fail(SYS_flock, ENOLCK);
    }

    /// In the child, between fork and exec: makes system calls alone. False where filters are forbidden.
    bool install()
    {
        if (m_program.empty() || m_program.back().code != ret) {
            return false;
        }
        const sock_fprog program{static_cast<unsigned short>(m_program.size()), m_program.data()};
        return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
               ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
    }

    /// What a child ends with that could not install them.
    static constexpr int cannotInstall = 99;
    void installOrEnd()
    {
        if (!install()) {
            ::_exit(cannotInstall);
        }
    }

private:
    static constexpr std::uint16_t load = BPF_LD | BPF_W | BPF_ABS;
    static constexpr std::uint16_t equal = BPF_JMP | BPF_JEQ | BPF_K;
    static constexpr std::uint16_t ret = BPF_RET | BPF_K;

    static sock_filter instruction(std::uint16_t code, std::uint32_t operand, std::uint8_t ifEqual = 0,
                                   std::uint8_t ifNot = 0)
    {
        return {code, ifEqual, ifNot, operand};
    }

    SyscallFaults& add(long number, std::uint32_t action, int argument, std::uint32_t value)
    {
        const auto call = static_cast<std::uint32_t>(number);
        if (!m_program.empty()) {
            m_program.pop_back();  // the final "allow"
        }
        m_program.push_back(instruction(load, offsetof(seccomp_data, nr)));
        if (argument < 0) {
            m_program.push_back(instruction(equal, call, 0, 1));
        } else {
            // Their lower halves: what matters here are small numbers.
            const auto offset = offsetof(seccomp_data, args) + 8 * static_cast<std::size_t>(argument);
            m_program.push_back(instruction(equal, call, 0, 3));
            m_program.push_back(instruction(load, static_cast<std::uint32_t>(offset)));
            m_program.push_back(instruction(equal, value, 0, 1));
        }
        m_program.push_back(instruction(ret, action));
        m_program.push_back(instruction(ret, SECCOMP_RET_ALLOW));
        return *this;
    }

    std::vector<sock_filter> m_program;
};

}  // namespace countersign::testing
