#include "ui/review/content/TransactionReview.h"

#include "core/base/encoding/Base58.h"
#include "core/base/encoding/Hex.h"
#include "ui/text/AmountText.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

using Wide = boost::multiprecision::uint512_t;

struct TransactionReviewText
{
    Q_DECLARE_TR_FUNCTIONS(TransactionReviewText)
};

QString decimal(const Uint256& value)
{
    return QString::fromStdString(toDecimal(value));
}

QString weiText(const Uint256& value)
{
    return TransactionReviewText::tr("%1 of the chain's own coin (%2 wei)")
        .arg(amountText(value, nativeDecimals), decimal(value));
}

/// The rows of one transaction; what the node filled in is marked by its name in the job.
class Rows
{
public:
    Rows(QList<ContentField>& rows, const std::vector<ResolvedField>& resolved)
        : m_rows(rows), m_resolved(resolved)
    {}

    bool isResolved(std::string_view member) const
    {
        return std::any_of(m_resolved.begin(), m_resolved.end(),
                           [&](const ResolvedField& field) { return field.name == member; });
    }
    void add(const QString& name, const QString& value, std::string_view member = {})
    {
        m_rows.append({name, value, isResolved(member), false});
    }
    void addCode(const QString& name, const std::string& value)
    {
        m_rows.append({name, QString::fromStdString(value), false, true});
    }
    /// A quantity that may still be open.
    template <typename Number>
    void addOpen(const QString& name, const std::optional<Number>& value, std::string_view member,
                 const QString& unit = {})
    {
        add(name,
            value ? decimal(Uint256(*value)) + unit
                  : TransactionReviewText::tr("open: will be asked of the node"),
            member);
    }

private:
    QList<ContentField>& m_rows;
    const std::vector<ResolvedField>& m_resolved;
};

QString mostFees(const EvmTransactionRequest& request)
{
    const auto price = request.maxFeePerGas ? request.maxFeePerGas : request.gasPrice;
    if (!price || !request.gasLimit) {
        return TransactionReviewText::tr("known once gas and price are");
    }
    const Wide total = Wide(*price) * Wide(*request.gasLimit);
    return (total >> 256) != 0 ? TransactionReviewText::tr("more than any account can hold")
                               : weiText(Uint256(total));
}

void addFees(Rows& rows, const EvmTransactionRequest& request)
{
    const QString unit = TransactionReviewText::tr(" wei per gas");
    rows.addOpen(TransactionReviewText::tr("Gas limit"), request.gasLimit, "gasLimit");
    if (request.type < 2) {
        rows.addOpen(TransactionReviewText::tr("Gas price"), request.gasPrice, "gasPrice", unit);
    } else {
        rows.addOpen(TransactionReviewText::tr("Most per gas"), request.maxFeePerGas, "maxFeePerGas", unit);
        rows.addOpen(TransactionReviewText::tr("Tip per gas"), request.maxPriorityFeePerGas,
                     "maxPriorityFeePerGas", unit);
    }
    rows.add(TransactionReviewText::tr("Fees at most"), mostFees(request));
}

/// Unexplained, and whole: who has composed or expects the transaction can compare every address.
void addInstruction(Rows& rows, const SolanaMessage& message, std::size_t number)
{
    const SolanaInstruction& instruction = message.instructions[number];
    const auto program = message.addressOf(instruction.programIdIndex);
    rows.addCode(TransactionReviewText::tr("%1 calls").arg(number + 1),
                 program ? toText(*program) : std::string("?"));
    for (const std::uint8_t index : instruction.accounts) {
        const QString role = message.isSigner(index)     ? TransactionReviewText::tr("%1 uses, signs")
                             : message.isWritable(index) ? TransactionReviewText::tr("%1 changes")
                                                         : TransactionReviewText::tr("%1 reads");
        const auto address = message.addressOf(index);
        if (address) {
            rows.addCode(role.arg(number + 1), toText(*address));
        } else {
            rows.add(role.arg(number + 1),
                     TransactionReviewText::tr("account %1, from a lookup table").arg(index));
        }
    }
    if (!instruction.data.empty()) {
        rows.addCode(TransactionReviewText::tr("%1 data (hex)").arg(number + 1),
                     toHexPrefixed(instruction.data));
    }
}

/// What version 1 says of fees and limits; nothing is configured in the others.
void addConfig(Rows& rows, const SolanaConfig& config)
{
    const auto add = [&rows](const QString& label, const auto& value) {
        if (value) {
            rows.add(label, QString::number(*value));
        }
    };
    add(TransactionReviewText::tr("Priority fee (lamports)"), config.priorityFeeLamports);
    add(TransactionReviewText::tr("Compute unit limit"), config.computeUnitLimit);
    add(TransactionReviewText::tr("Limit of loaded data (bytes)"), config.loadedAccountsDataSizeLimit);
    add(TransactionReviewText::tr("Heap (bytes)"), config.heapSize);
}

}  // namespace

void reviewEvmTransaction(ReviewContent& review, const EvmTransactionRequest& request,
                          const std::vector<ResolvedField>& resolved)
{
    Rows rows(review.fields, resolved);
    rows.add(TransactionReviewText::tr("Chain id"), decimal(request.chainId));
    if (request.to) {
        rows.addCode(TransactionReviewText::tr("To"), toText(*request.to));
    } else {
        rows.add(TransactionReviewText::tr("To"), TransactionReviewText::tr("nobody: it creates a contract"));
    }
    rows.add(TransactionReviewText::tr("Value"), weiText(request.value));
    for (const Authorization& authorization : request.authorizationList) {
        rows.addCode(TransactionReviewText::tr("Hands over to"), toText(authorization.address));
    }
    rows.add(TransactionReviewText::tr("Data"),
             request.data.empty() ? TransactionReviewText::tr("none")
                                  : TransactionReviewText::tr("%1 bytes").arg(request.data.size()));
    if (!request.data.empty()) {
        rows.addCode(TransactionReviewText::tr("Data (hex)"), toHexPrefixed(request.data));
    }
    rows.addOpen(TransactionReviewText::tr("Nonce"), request.nonce, "nonce");
    addFees(rows, request);
    rows.add(TransactionReviewText::tr("Type"), QString::number(request.type));
    if (!request.accessList.empty()) {
        rows.add(TransactionReviewText::tr("Access list"),
                 TransactionReviewText::tr("%1 addresses; see Raw").arg(request.accessList.size()));
    }
}

void reviewSolanaTransaction(ReviewContent& review, const SolanaTransaction& transaction,
                             const std::vector<ResolvedField>& resolved)
{
    const SolanaMessage& message = transaction.message;
    Rows rows(review.fields, resolved);
    rows.add(TransactionReviewText::tr("Version"),
             message.version ? QString::number(*message.version) : TransactionReviewText::tr("legacy"));
    const std::size_t signers = std::min<std::size_t>(message.requiredSignatures, message.accountKeys.size());
    for (std::size_t i = 0; i < signers; ++i) {
        rows.addCode(
            i == 0 ? TransactionReviewText::tr("Fee payer") : TransactionReviewText::tr("Also signs"),
            toText(message.accountKeys[i]));
    }
    const std::string blockhash = toBase58(message.recentBlockhash);
    if (transaction.isBlockhashOpen()) {
        rows.add(TransactionReviewText::tr("Blockhash"),
                 TransactionReviewText::tr("open: will be asked of the node"));
    } else if (rows.isResolved("recentBlockhash")) {
        rows.add(TransactionReviewText::tr("Blockhash"), QString::fromStdString(blockhash),
                 "recentBlockhash");
    } else {
        rows.addCode(transaction.usesDurableNonce() ? TransactionReviewText::tr("Durable nonce")
                                                    : TransactionReviewText::tr("Blockhash"),
                     blockhash);
    }
    if (transaction.usesDurableNonce()) {
        rows.add(TransactionReviewText::tr("Lifetime"),
                 TransactionReviewText::tr("does not end with time: it rests on a durable nonce"));
    }
    rows.add(TransactionReviewText::tr("Instructions"), QString::number(message.instructions.size()));
    for (std::size_t i = 0; i < message.instructions.size(); ++i) {
        addInstruction(rows, message, i);
    }
    addConfig(rows, message.config);
    if (!message.lookups.empty()) {
        rows.add(TransactionReviewText::tr("Lookup tables"),
                 TransactionReviewText::tr("%1; the accounts behind them are not in the message")
                     .arg(message.lookups.size()));
    }
}

}  // namespace countersign
