#include "ui/widgets/PassphraseEdit.h"

#include "ui/theme/Theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QPainter>
#include <QStyleOption>

#include <algorithm>
#include <cstring>

namespace countersign {

PassphraseEdit::PassphraseEdit(QWidget* parent)
    : QWidget(parent), m_placeholder(tr("Passphrase")), m_buffer(capacity)
{
    setObjectName(QStringLiteral("passphraseEdit"));
    setAttribute(Qt::WA_StyledBackground);
    setAttribute(Qt::WA_InputMethodEnabled, false);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::IBeamCursor);
    setAccessibleName(tr("Passphrase"));
    setFixedHeight(32);
}

SecretBytes PassphraseEdit::take()
{
    SecretBytes secret = std::exchange(m_buffer, SecretBytes(capacity));
    secret.truncate(m_size);
    m_size = 0;
    update();
    Q_EMIT changed();
    return secret;
}

void PassphraseEdit::clear()
{
    m_buffer.wipe();
    m_buffer = SecretBytes(capacity);
    m_size = 0;
    update();
    Q_EMIT changed();
}

void PassphraseEdit::setPlaceholder(const QString& text)
{
    m_placeholder = text;
    update();
}

void PassphraseEdit::append(const QString& text)
{
    QByteArray utf8 = text.toUtf8();
    if (m_size + static_cast<std::size_t>(utf8.size()) <= capacity) {
        std::memcpy(m_buffer.data() + m_size, utf8.constData(), static_cast<std::size_t>(utf8.size()));
        m_size += static_cast<std::size_t>(utf8.size());
    }
    wipeMemory(utf8.data(), static_cast<std::size_t>(utf8.size()));
    update();
    Q_EMIT changed();
}

void PassphraseEdit::removeLast()
{
    // Back over the continuation bytes of one UTF-8 character.
    while (m_size > 0) {
        --m_size;
        const std::uint8_t byte = m_buffer.data()[m_size];
        m_buffer.data()[m_size] = 0;
        if ((byte & 0xc0) != 0x80) {
            break;
        }
    }
    update();
    Q_EMIT changed();
}

int PassphraseEdit::characters() const
{
    return static_cast<int>(std::count_if(m_buffer.data(), m_buffer.data() + m_size,
                                          [](std::uint8_t byte) { return (byte & 0xc0) != 0x80; }));
}

void PassphraseEdit::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        Q_EMIT submitted();
    } else if (event->matches(QKeySequence::Paste)) {
        append(QGuiApplication::clipboard()->text());
    } else if (event->matches(QKeySequence::DeleteStartOfWord) || event->key() == Qt::Key_Delete) {
        clear();
    } else if (event->key() == Qt::Key_Backspace) {
        removeLast();
    } else if (!event->text().isEmpty() && event->text().front().isPrint() &&
               !event->modifiers().testFlag(Qt::ControlModifier)) {
        append(event->text());
    } else {
        QWidget::keyPressEvent(event);
    }
}

void PassphraseEdit::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    QStyleOption option;
    option.initFrom(this);
    style()->drawPrimitive(QStyle::PE_Widget, &option, &painter, this);
    painter.setRenderHint(QPainter::Antialiasing);
    const ThemeColors& colors = Theme::instance().colors();
    constexpr int step = 11;
    const int shown = std::min(characters(), (width() - 28) / step);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors.text);
    for (int i = 0; i < shown; ++i) {
        painter.drawEllipse(QPointF(14 + i * step, height() / 2.0), 3, 3);
    }
    if (hasFocus()) {
        const int x = 11 + shown * step;
        painter.fillRect(QRect(x, 8, 1, height() - 16), colors.text);
    } else if (m_size == 0) {
        painter.setPen(colors.muted);
        painter.drawText(rect().adjusted(10, 0, -8, 0), Qt::AlignVCenter, m_placeholder);
    }
}

void PassphraseEdit::focusInEvent(QFocusEvent* event)
{
    update();
    QWidget::focusInEvent(event);
}

void PassphraseEdit::focusOutEvent(QFocusEvent* event)
{
    update();
    QWidget::focusOutEvent(event);
}

}  // namespace countersign
