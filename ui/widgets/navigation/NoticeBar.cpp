#include "ui/widgets/navigation/NoticeBar.h"

#include "ui/text/VisibleText.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QPainter>

namespace countersign {

NoticeBar::NoticeBar(QWidget* parent) : QFrame(parent)
{
    m_icon = new QLabel(this);
    m_sentence = plainLabel({}, this);
    m_sentence->setWordWrap(true);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_action = new QPushButton(this);
    m_action->setAutoDefault(false);  // in a dialog Enter would press it
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(24, 8, 24, 8);
    layout->setSpacing(12);
    layout->addWidget(m_icon);
    layout->addWidget(m_sentence, 1);
    layout->addWidget(m_action);
    connect(m_action, &QPushButton::clicked, this, &NoticeBar::actionTriggered);
    connect(&Theme::instance(), &Theme::changed, this, &NoticeBar::recolour);
    hide();
}

void NoticeBar::showNotice(Tone tone, const QString& icon, const QString& sentence, const QString& action,
                           const QString& detail)
{
    m_tone = tone;
    m_iconName = icon;
    m_sentence->setText(sentence);
    m_sentence->setToolTip(plainToolTip(detail));
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    setAccessibleName(sentence);
    recolour();
    show();
}

void NoticeBar::recolour()
{
    const ToneColors& tone = Theme::instance().colors().tone(m_tone);
    QPalette palette = m_sentence->palette();
    palette.setColor(QPalette::WindowText, tone.text);
    m_sentence->setPalette(palette);
    if (!m_iconName.isEmpty()) {
        m_icon->setPixmap(iconPixmap(m_iconName, tone.text, 20, devicePixelRatioF()));
    }
    update();
}

void NoticeBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), Theme::instance().colors().tone(m_tone).fill);
}

}  // namespace countersign
