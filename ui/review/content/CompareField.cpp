#include "ui/review/content/CompareField.h"

#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace countersign {

namespace {

/// Groups, case and prefix say nothing.
QString normalised(QString text)
{
    text = text.toLower();
    text.removeIf([](QChar c) { return c.isSpace() || c == u':' || c == u'-'; });
    if (text.startsWith(QLatin1String("0x"))) {
        text.remove(0, 2);
    }
    return text;
}

}  // namespace

CompareField::CompareField(QWidget* parent) : QWidget(parent)
{
    m_field = new QLineEdit(this);
    m_field->setPlaceholderText(tr("Paste or type a hash from another device"));
    m_field->setAccessibleName(tr("Hash to compare"));
    m_field->setClearButtonEnabled(true);
    m_field->setFont(Theme::monospace(0.95));
    m_field->setMaxLength(200);
    m_icon = new QLabel(this);
    m_verdict = plainLabel({}, this);
    m_verdict->setWordWrap(true);
    auto* answer = new QHBoxLayout;
    answer->setSpacing(8);
    answer->addWidget(m_icon);
    answer->addWidget(m_verdict, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_field);
    layout->addLayout(answer);
    connect(m_field, &QLineEdit::textChanged, this, &CompareField::compare);
    connect(&Theme::instance(), &Theme::changed, this, &CompareField::compare);
    compare();
}

void CompareField::setHashes(const QList<QPair<QString, QString>>& hashes)
{
    m_hashes = hashes;
    compare();
}

void CompareField::compare()
{
    const QString given = normalised(m_field->text());
    QString equal;
    for (const auto& [name, value] : m_hashes) {
        if (!given.isEmpty() && normalised(value) == given) {
            equal = name;
        }
    }
    Tone tone = Tone::Neutral;
    QString icon;
    QString words = tr("Equal or different is said here, digit by digit.");
    if (!given.isEmpty()) {
        tone = equal.isEmpty() ? Tone::Bad : Tone::Good;
        icon = equal.isEmpty() ? QStringLiteral("error") : QStringLiteral("check");
        words =
            equal.isEmpty() ? tr("Different from every hash on this page.") : tr("Equal to: %1").arg(equal);
    }
    const ThemeColors& colors = Theme::instance().colors();
    const QColor ink = tone == Tone::Neutral ? colors.muted : colors.tone(tone).text;
    m_verdict->setText(words);
    QPalette palette = m_verdict->palette();
    palette.setColor(QPalette::WindowText, ink);
    m_verdict->setPalette(palette);
    m_icon->setVisible(!icon.isEmpty());
    if (!icon.isEmpty()) {
        m_icon->setPixmap(iconPixmap(icon, ink, 16, devicePixelRatioF()));
    }
}

}  // namespace countersign
