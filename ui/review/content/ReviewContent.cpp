#include "ui/review/content/ReviewContent.h"

#include "core/base/encoding/Hex.h"
#include "ui/review/content/TransactionReview.h"
#include "ui/review/content/TypedDataTree.h"
#include "ui/text/VisibleText.h"

#include <QCoreApplication>
#include <QStringDecoder>

namespace countersign {

namespace {

constexpr std::size_t shownBytes = 64 * 1024;

struct ReviewContentText
{
    Q_DECLARE_TR_FUNCTIONS(ReviewContentText)
};

QString hexOf(BytesView bytes)
{
    return QString::fromStdString(toHexPrefixed(bytes));
}

QByteArrayView viewOf(BytesView bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size())};
}

bool isUtf8(BytesView bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString decoded = decoder(viewOf(bytes));
    return !decoder.hasError() && !decoded.contains(QChar(0));
}

void reviewMessage(ReviewContent& review, BytesView bytes)
{
    const bool readable = isUtf8(bytes);
    review.text =
        readable ? visibleText(asText(bytes), true, shownBytes) : hexDump(asText(bytes), shownBytes);
    review.fields.append(
        {ReviewContentText::tr("Length"), ReviewContentText::tr("%1 bytes").arg(bytes.size()), false, false});
    review.fields.append(
        {ReviewContentText::tr("Read as"),
         readable ? ReviewContentText::tr("text (UTF-8)") : ReviewContentText::tr("bytes; this is no text"),
         false, false});
    if (bytes.size() > shownBytes) {
        review.warning = ReviewContentText::tr("The message is longer than the 64 KiB that are shown.");
    } else if (readable && review.text != QString::fromUtf8(viewOf(bytes))) {
        review.warning = ReviewContentText::tr(
            "It contains characters that cannot be seen or that turn the direction of "
            "writing; they are written out as \\u{…}.");
    }
}

void reviewTypedData(ReviewContent& review, const TypedDataContent& content)
{
    const Json& typed = content.typedData;
    review.tree = typedDataTree(typed, content.hash.primaryType);
    const Json domain = typed.contains("domain") ? typed["domain"] : Json();
    const auto member = [&](const char* name) {
        const bool there = domain.is_object() && domain.contains(name);
        return there ? scalarText(domain[name]) : QString(ReviewContentText::tr("not named"));
    };
    review.fields.append({ReviewContentText::tr("Application"), member("name"), false, false});
    review.fields.append({ReviewContentText::tr("Chain id"),
                          content.hash.domainChainId
                              ? QString::fromStdString(toDecimal(*content.hash.domainChainId))
                              : ReviewContentText::tr("none: good on every chain"),
                          false, false});
    review.fields.append({ReviewContentText::tr("Contract"), member("verifyingContract"), false,
                          domain.is_object() && domain.contains("verifyingContract")});
    review.fields.append({ReviewContentText::tr("Primary type"),
                          visibleText(content.hash.primaryType, false, 200), false, false});
    review.hashes.append({ReviewContentText::tr("Domain hash"), hexOf(content.hash.domainHash)});
    review.hashes.append({ReviewContentText::tr("Struct hash"), hexOf(content.hash.structHash)});
}

void reviewContent(ReviewContent& review, const Job& job, const JobContent& content)
{
    if (const auto* message = std::get_if<MessageContent>(&content)) {
        reviewMessage(review, message->bytes);
    } else if (const auto* typed = std::get_if<TypedDataContent>(&content)) {
        reviewTypedData(review, *typed);
    } else if (const auto* request = std::get_if<EvmTransactionRequest>(&content)) {
        reviewEvmTransaction(review, *request, job.resolved);
    } else if (const auto* transaction = std::get_if<SolanaTransaction>(&content)) {
        reviewSolanaTransaction(review, *transaction, job.resolved);
    }
}

/// Why it is not understood: the gravest finding comes first.
QString whyUnread(const meaning::Meaning& meaning)
{
    return meaning.findings.empty()
               ? ReviewContentText::tr("What it does is not known here.")
               : visibleText(meaning.findings.front().title + ". " + meaning.findings.front().detail, true,
                             2000);
}

void showExplanation(ReviewContent& review, const ExplainedJob& job)
{
    const auto& explained = job.explanation;
    if (!explained) {
        review.unreadable = true;
        review.warning = explained.error().sentence;
        return;
    }
    const meaning::Meaning& meaning = explained->explanation.meaning;
    if (meaning.understood) {
        review.intent = visibleText(meaning.intent, false, 2000);
    } else {
        review.unreadable = true;
        review.warning = whyUnread(meaning);
    }
    review.explanationHash = explained->hash;
    if (!explained->hash.empty()) {
        review.hashes.append({ReviewContentText::tr("Explanation"), QString::fromStdString(explained->hash)});
    }
    review.meaning = meaning;
    review.meaning->findings = findingsOf(job);
    review.hasCritical = std::ranges::any_of(review.meaning->findings, [](const meaning::Finding& finding) {
        return finding.severity == meaning::Severity::Critical;
    });
}

QString rawOf(const Job& job)
{
    const auto parsed = parseTypedDataJson(asText(job.document));
    const std::string text = parsed ? dumpJsonExactly(*parsed, 2) : std::string(asText(job.document));
    QString raw = ReviewContentText::tr("The job document") + u'\n' + visibleText(text, true, shownBytes);
    if (text.size() > shownBytes) {
        raw += u'\n' + ReviewContentText::tr("… the first 64 KiB of %1").arg(text.size());
    }
    if (!job.prepared.empty()) {
        const BytesView shown =
            BytesView(job.prepared).first(std::min<std::size_t>(job.prepared.size(), shownBytes));
        raw += QStringLiteral("\n\n") +
               ReviewContentText::tr("What is signed after hashing or as it is, %1 bytes")
                   .arg(job.prepared.size()) +
               u'\n' + hexOf(shown);
    }
    return raw;
}

QString digestName(JobKind kind)
{
    switch (kind) {
        case JobKind::EvmMessage:
            return ReviewContentText::tr("Digest (EIP-191)");
        case JobKind::EvmTypedData:
            return ReviewContentText::tr("Digest (EIP-712)");
        case JobKind::EvmTransaction:
            return ReviewContentText::tr("Signing hash");
        default:
            return ReviewContentText::tr("SHA-256 of the message");
    }
}

}  // namespace

ReviewContent reviewContentOf(const ExplainedJob& explained)
{
    const Job& job = explained.job;
    const auto& verified = explained.verified;
    ReviewContent review;
    review.raw = rawOf(job);
    if (!verified) {
        review.unreadable = true;
        review.warning = verified.error().sentence;
        review.obstacle = verified.error().sentence;
    } else {
        reviewContent(review, job, verified->content());
        review.bytes = signedBytesOf(*verified);
        showExplanation(review, explained);
        if (!job.digest.empty() && !verified->isPreparedAsStored()) {
            review.obstacle = ReviewContentText::tr(
                "The stored digest is not that of what is shown here. Reject this job and "
                "have it submitted anew.");
        }
    }
    if (!job.digest.empty()) {
        review.hashes.prepend({digestName(job.kind), hexOf(job.digest)});
    }
    review.hashes.append({ReviewContentText::tr("Job id"), QString::fromStdString(job.jobId)});
    return review;
}

}  // namespace countersign
