// What mc makes of the sample provider's eventlogmsgs.mc: its sources use none of it.
#pragma once
