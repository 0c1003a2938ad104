#pragma once

#include "core/base/Expected.h"

#include <QString>

#include <memory>
#include <string>
#include <utility>

// Error handling by value: Result<T> is a T or an Error. No exception leaves a module and none is used for
// what can be expected to happen; every failure carries what a program needs (code), what an operator needs
// (sentence) and what a maintainer needs (detail).

namespace countersign {

/// What went wrong, coarse enough to decide on: exit status, retry, or which page explains it.
enum class ErrorCode {
    InvalidInput,         ///< bytes from outside that cannot be accepted (parse, size, encoding)
    BadSignature,         ///< a signature or MAC does not verify
    DecryptionFailed,     ///< indistinct on purpose, see HybridEnvelope
    NotFound,             ///< the named object does not exist
    AlreadyExists,        ///< the named object exists and must not be replaced silently
    Locked,               ///< the vault is locked
    WrongPassphrase,      ///< the passphrase (or the root key) does not open the vault
    KeychainUnavailable,  ///< no keychain service, locked, denied or timed out: the sentence says which
    Denied,               ///< an authority refused (token, role, permission)
    Network,              ///< no answer, refused connection, TLS failure, broken answer
    Timeout,
    Cancelled,
    Storage,      ///< the file system or the database failed
    Busy,         ///< somebody else holds the lock; trying again later can succeed
    Corrupt,      ///< stored data contradicts itself or its authentication
    Unsupported,  ///< known, and not available here
    Internal,     ///< a defect of ours
};

/// sentence: for the operator, translated, ends with what to do next where something can be done; never holds
/// a secret. detail: for logs and the details fold, English, never holds a secret.
struct Error
{
    ErrorCode code = ErrorCode::Internal;
    QString sentence;
    QString detail;

    bool operator==(const Error&) const = default;
};

template <typename T>
using Result = tl::expected<T, Error>;

/// A call that only succeeds or fails.
using Status = Result<void>;

inline tl::unexpected<Error> failure(ErrorCode code, QString sentence, QString detail = {})
{
    return tl::unexpected<Error>(Error{code, std::move(sentence), std::move(detail)});
}

inline tl::unexpected<Error> failure(Error error)
{
    return tl::unexpected<Error>(std::move(error));
}

/// A value that means something by being held: a lock, a listener, a connection.
template <typename T>
inline constexpr bool isHeldValue = false;
template <typename T, typename Deleter>
inline constexpr bool isHeldValue<Result<std::unique_ptr<T, Deleter>>> = true;

}  // namespace countersign

// How an error is handed to the caller, everywhere in this code: two macros, by the names that Abseil gave
// them. Both are statements of a function (or lambda) that returns a Result<T> or Status of its own; their
// variable has a number in its name, so that they may stand in each other's arguments.

/// RETURN_IF_ERROR(store.markReported(id)); returns the error of a Status, or of a Result<T> whose value is
/// of no interest, and goes on otherwise. What is held by its value (isHeldValue) is refused: it would be
/// gone at once.
#define RETURN_IF_ERROR(...) COUNTERSIGN_RETURN_IF_ERROR(COUNTERSIGN_UNIQUE(status), __VA_ARGS__)

/// ASSIGN_OR_RETURN(const Job job, store.load(id)); declares (or assigns to) what stands first, moves the
/// value of a Result<T> into it, or returns its error.
#define ASSIGN_OR_RETURN(declaration, ...) \
    COUNTERSIGN_ASSIGN_OR_RETURN(COUNTERSIGN_UNIQUE(result), declaration, __VA_ARGS__)

#define COUNTERSIGN_RETURN_IF_ERROR(status, ...)                      \
    if (auto status = (__VA_ARGS__); !status) {                       \
        static_assert(!::countersign::isHeldValue<decltype(status)>); \
        return ::countersign::failure(std::move(status).error());     \
    }                                                                 \
    static_assert(true)
#define COUNTERSIGN_ASSIGN_OR_RETURN(result, declaration, ...)    \
    auto result = (__VA_ARGS__);                                  \
    if (!result) {                                                \
        return ::countersign::failure(std::move(result).error()); \
    }                                                             \
    declaration = *std::move(result)
#define COUNTERSIGN_UNIQUE(name) COUNTERSIGN_JOIN(name, __COUNTER__)
#define COUNTERSIGN_JOIN(name, number) COUNTERSIGN_JOIN_EXPANDED(name, number)
#define COUNTERSIGN_JOIN_EXPANDED(name, number) name##number##_
