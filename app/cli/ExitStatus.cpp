#include "app/cli/ExitStatus.h"

namespace countersign::cli {

ExitStatus exitStatusFor(ErrorCode code)
{
    switch (code) {
        case ErrorCode::InvalidInput:
        case ErrorCode::BadSignature:
        case ErrorCode::DecryptionFailed:
        case ErrorCode::NotFound:
        case ErrorCode::AlreadyExists:
            return ExitStatus::Refused;
        case ErrorCode::Locked:
        case ErrorCode::WrongPassphrase:
        case ErrorCode::KeychainUnavailable:
            return ExitStatus::Locked;
        case ErrorCode::Denied:
        case ErrorCode::Network:
        case ErrorCode::Timeout:
        case ErrorCode::Cancelled:
        case ErrorCode::Storage:
        case ErrorCode::Busy:
        case ErrorCode::Corrupt:
        case ErrorCode::Unsupported:
        case ErrorCode::Internal:
            break;
    }
    return ExitStatus::Failed;
}

}  // namespace countersign::cli
