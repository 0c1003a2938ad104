#include "ui/review/content/SignedBytesView.h"

#include "core/base/encoding/Hex.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QHeaderView>
#include <QSplitter>
#include <QTextBlock>
#include <QVBoxLayout>

#include <algorithm>

namespace countersign {

namespace {

constexpr qsizetype lineBytes = 16;
constexpr qsizetype offsetDigits = 8;
constexpr qsizetype hexColumn = offsetDigits + 2;
/// Two digits and a blank each, and one more blank in the middle.
constexpr qsizetype asciiColumn = hexColumn + 3 * lineBytes + 2;
constexpr std::size_t shownValueBytes = 64;
constexpr int pathRole = Qt::UserRole;

qsizetype hexColumnOf(qsizetype inLine)
{
    return hexColumn + 3 * inLine + (inLine >= lineBytes / 2 ? 1 : 0);
}

/// Which byte of its line a column belongs to, in the hex or in the ASCII part.
qsizetype byteAtColumn(qsizetype column)
{
    if (column >= asciiColumn) {
        return std::min(column - asciiColumn, lineBytes - 1);
    }
    const qsizetype middle = hexColumnOf(lineBytes / 2);
    const qsizetype inHex = column - hexColumn - (column >= middle ? 1 : 0);
    return std::clamp<qsizetype>(inHex / 3, 0, lineBytes - 1);
}

QString fieldName(const QString& path)
{
    return path.section(u'.', -1);
}

/// A selection of columns of one line.
QTextEdit::ExtraSelection mark(const QTextBlock& line, qsizetype from, qsizetype to,
                               const QTextCharFormat& format)
{
    QTextEdit::ExtraSelection selection;
    selection.format = format;
    selection.cursor = QTextCursor(line);
    selection.cursor.setPosition(line.position() + int(from));
    selection.cursor.setPosition(line.position() + int(to), QTextCursor::KeepAnchor);
    return selection;
}

}  // namespace

QString hexLines(BytesView bytes)
{
    QString text;
    for (std::size_t at = 0; at < bytes.size(); at += lineBytes) {
        const BytesView line = bytes.subspan(at, std::min<std::size_t>(lineBytes, bytes.size() - at));
        QString hex;
        QString ascii;
        for (std::size_t i = 0; i < line.size(); ++i) {
            hex += QStringLiteral("%1 ").arg(line[i], 2, 16, QLatin1Char('0'));
            hex += i + 1 == lineBytes / 2 ? QStringLiteral(" ") : QString();
            const bool printable = line[i] >= 0x20 && line[i] < 0x7f;
            ascii += printable ? QChar(ushort(line[i])) : QChar(u'.');
        }
        text += QStringLiteral("%1  ").arg(at, int(offsetDigits), 16, QLatin1Char('0')) +
                hex.leftJustified(asciiColumn - hexColumn) + ascii + u'\n';
    }
    text.chop(1);
    return text;
}

SignedBytesView::SignedBytesView(QWidget* parent)
    : QWidget(parent),
      m_tree(new QTreeWidget(this)),
      m_hex(new QPlainTextEdit(this)),
      m_note(mutedLabel({}, this))
{
    m_tree->setAccessibleName(tr("Fields of the bytes that are signed"));
    m_tree->setHeaderLabels({tr("Field"), tr("Bytes")});
    m_tree->setUniformRowHeights(true);
    m_tree->setTextElideMode(Qt::ElideMiddle);
    m_tree->setColumnWidth(0, 190);
    m_hex->setReadOnly(true);
    m_hex->setAccessibleName(tr("The bytes that are signed, in hex"));
    m_hex->setFont(Theme::monospace(0.95));
    m_hex->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_hex->setTabChangesFocus(true);
    // A cursor, so that it can be walked with the keyboard.
    m_hex->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_note->setWordWrap(true);
    auto* parts = new QSplitter(this);
    parts->addWidget(m_tree);
    parts->addWidget(m_hex);
    parts->setStretchFactor(0, 2);
    parts->setStretchFactor(1, 3);
    parts->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 12, 0, 4);
    layout->setSpacing(8);
    layout->addWidget(m_note);
    layout->addWidget(parts, 1);
    connect(m_tree, &QTreeWidget::currentItemChanged, this,
            [this](const QTreeWidgetItem* item) { markItem(item); });
    connect(m_hex, &QPlainTextEdit::cursorPositionChanged, this, &SignedBytesView::chooseAtCursor);
    connect(&Theme::instance(), &Theme::changed, this, &SignedBytesView::showMarks);
}

void SignedBytesView::show(const SignedBytes& shown)
{
    if (shown == m_shown && !m_hex->document()->isEmpty()) {
        return;
    }
    m_shown = shown;
    const BytesView bytes = BytesView(m_shown.bytes).first(std::min(m_shown.bytes.size(), shownBytes));
    m_following = true;
    m_hex->setPlainText(hexLines(bytes));
    fillTree();
    m_following = false;
    m_marked.clear();
    showMarks();
    m_note->setText(bytes.size() < m_shown.bytes.size()
                        ? tr("The first 64 KiB of %1 bytes.").arg(m_shown.bytes.size())
                        : tr("%1 bytes, which are signed or hashed for signing.").arg(bytes.size()));
}

/// A row a path, each under the row of the path before its last dot; a length belongs to its field's row.
void SignedBytesView::fillTree()
{
    m_tree->clear();
    m_items.clear();
    for (const ByteSpan& span : m_shown.spans) {
        QTreeWidgetItem* item = itemAt(span.path);
        if (item == nullptr || span.isLength) {
            continue;
        }
        const BytesView value =
            BytesView(m_shown.bytes).subspan(span.offset, std::min(span.length, shownValueBytes));
        item->setText(0, visibleText(span.label, false, 60));
        item->setText(1, QString::fromStdString(toHex(value)) +
                             (span.length > value.size() ? QStringLiteral("…") : QString()));
        item->setFont(1, Theme::monospace(0.95));
    }
    m_tree->expandToDepth(1);
}

/// Null for the outermost length, which belongs to no field.
QTreeWidgetItem* SignedBytesView::itemAt(const std::string& path)
{
    const QString name = QString::fromStdString(path);
    if (name.isEmpty()) {
        return nullptr;
    }
    if (QTreeWidgetItem* known = m_items.value(name)) {
        return known;
    }
    const qsizetype dot = name.lastIndexOf(u'.');
    QTreeWidgetItem* above = dot < 0 ? nullptr : itemAt(name.left(dot).toStdString());
    auto* item =
        new QTreeWidgetItem(above == nullptr ? m_tree->invisibleRootItem() : above, {fieldName(name)});
    item->setData(0, pathRole, name);
    m_items.insert(name, item);
    return item;
}

/// Everything at and below its path.
void SignedBytesView::markItem(const QTreeWidgetItem* item)
{
    m_marked.clear();
    const std::string path =
        item == nullptr ? std::string() : item->data(0, pathRole).toString().toStdString();
    for (const ByteSpan& span : m_shown.spans) {
        if (!path.empty() && (span.path == path || span.path.starts_with(path + '.'))) {
            m_marked.append({qsizetype(span.offset), qsizetype(span.length)});
        }
    }
    showMarks();
    if (!m_following && !m_marked.isEmpty()) {
        m_following = true;
        moveTo(std::size_t(m_marked.constFirst().first));
        m_hex->centerCursor();
        m_following = false;
    }
}

void SignedBytesView::moveTo(std::size_t offset)
{
    const QTextBlock line = m_hex->document()->findBlockByNumber(int(qsizetype(offset) / lineBytes));
    if (line.isValid()) {
        QTextCursor cursor(line);
        cursor.setPosition(line.position() + int(hexColumnOf(qsizetype(offset) % lineBytes)));
        m_hex->setTextCursor(cursor);
    }
}

void SignedBytesView::chooseAtCursor()
{
    const QTextCursor cursor = m_hex->textCursor();
    if (m_following || cursor.hasSelection()) {
        return;
    }
    const qsizetype at = cursor.blockNumber() * lineBytes + byteAtColumn(cursor.positionInBlock());
    const auto span = std::ranges::find_if(m_shown.spans, [at](const ByteSpan& one) {
        return at >= qsizetype(one.offset) && at < qsizetype(one.offset) + qsizetype(one.length);
    });
    m_following = true;
    m_tree->setCurrentItem(span == m_shown.spans.end() ? nullptr
                                                       : m_items.value(QString::fromStdString(span->path)));
    m_following = false;
}

void SignedBytesView::showMarks()
{
    const ThemeColors& colors = Theme::instance().colors();
    QTextCharFormat format;
    format.setBackground(colors.selection);
    format.setForeground(colors.accent);
    QList<QTextEdit::ExtraSelection> marks;
    const qsizetype shown = qsizetype(std::min(m_shown.bytes.size(), shownBytes));
    for (const auto& [offset, length] : std::as_const(m_marked)) {
        const qsizetype end = std::min(offset + length, shown);
        for (qsizetype at = offset; at < end; at = (at / lineBytes + 1) * lineBytes) {
            const qsizetype first = at % lineBytes;
            const qsizetype last = std::min(end - at + first, lineBytes) - 1;
            const QTextBlock line = m_hex->document()->findBlockByNumber(int(at / lineBytes));
            marks.append(mark(line, hexColumnOf(first), hexColumnOf(last) + 2, format));
            marks.append(mark(line, asciiColumn + first, asciiColumn + last + 1, format));
        }
    }
    m_hex->setExtraSelections(marks);
}

}  // namespace countersign
