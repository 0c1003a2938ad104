#include "core/chain/evm/transaction/SystemContracts.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct SystemContractsText
{
    Q_DECLARE_TR_FUNCTIONS(SystemContractsText)
};

constexpr std::size_t keyBytes = std::tuple_size_v<ValidatorPublicKey>;
constexpr std::size_t amountBytes = 8;

tl::unexpected<Error> wrongLength(std::size_t wanted, std::size_t found)
{
    return failure(ErrorCode::InvalidInput,
                   SystemContractsText::tr("This is not a request that the system contract takes."),
                   QStringLiteral("%1 bytes instead of %2").arg(found).arg(wanted));
}

ValidatorPublicKey keyAt(BytesView calldata, std::size_t offset)
{
    ValidatorPublicKey key;
    std::ranges::copy(calldata.subspan(offset, keyBytes), key.begin());
    return key;
}

}  // namespace

std::optional<SystemContract> systemContractAt(const EvmAddress& to)
{
    if (to == withdrawalRequestContract) {
        return SystemContract::WithdrawalRequest;
    }
    return to == consolidationRequestContract ? std::optional(SystemContract::ConsolidationRequest)
                                              : std::nullopt;
}

Result<WithdrawalRequest> parseWithdrawalRequest(BytesView calldata)
{
    if (calldata.size() != keyBytes + amountBytes) {
        return wrongLength(keyBytes + amountBytes, calldata.size());
    }
    WithdrawalRequest request{.validator = keyAt(calldata, 0)};
    for (const std::uint8_t byte : calldata.last(amountBytes)) {
        request.amountGwei = (request.amountGwei << 8U) | byte;
    }
    return request;
}

Result<ConsolidationRequest> parseConsolidationRequest(BytesView calldata)
{
    if (calldata.size() != 2 * keyBytes) {
        return wrongLength(2 * keyBytes, calldata.size());
    }
    return ConsolidationRequest{.source = keyAt(calldata, 0), .target = keyAt(calldata, keyBytes)};
}

}  // namespace countersign
